/** `hooklane status`: workers, lanes, backlog and rates at a glance. */
import { Command } from '@commander-js/extra-typings';
import type { ApiStatus } from '@hooklane/client';
import { ApiError } from '@hooklane/client';
import type { Cli, Session } from '../cli.ts';
import { withClient } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { examples, jsonOption } from '../parse/shared-options.ts';
import { printJson } from '../show/json.ts';
import { showAgo, showClock, showSpan } from '../show/times.ts';
import { printFacts } from '../terminal/facts.ts';
import type { Fact } from '../terminal/facts.ts';
import { printTable } from '../terminal/table.ts';
import type { Column } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** How many minutes of rates a person is shown. */
const MINUTES_SHOWN = 10;

/** The command. */
export function statusCommand(cli: Cli) {
  return new Command('status')
    .description('workers, lanes, backlog and rates at a glance')
    .addOption(jsonOption())
    .addHelpText('after', examples('status', "status --json | jq '.backlog.waiting'"))
    .action((options, command) =>
      withClient(cli, command, async ({ client, terminal, now }: Session) => {
        const status = await client.getStatus().catch(tellOlderServer);
        if (options.json === true) printJson(terminal, status);
        else printStatus(terminal, status, now());
        return EXIT.ok;
      }),
    );
}

/** A server that does not have the route yet. */
function tellOlderServer(error: unknown): never {
  if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
  throw new CliError('server_too_old', 'This server is older and has no GET /v1/status.', {
    hint: 'Update it, or look at: hooklane deliveries list, hooklane doctor',
  });
}

function printStatus(terminal: Terminal, status: ApiStatus, now: number): void {
  const { redis, lanes, backlog, workers } = status;
  const oldest = backlog.oldestDueAgeMs;
  const due = oldest === null || oldest <= 0 ? '' : `, the oldest is due for ${showSpan(oldest)}`;
  printFacts(terminal, [
    ['Server', status.version],
    [
      'Redis',
      [redis.ok ? 'ok' : 'not ok', redis.version, ...redis.problems]
        .filter((part) => part !== null)
        .join(', '),
      redis.ok ? 'green' : 'red',
    ],
    ['Memory', showMemory(redis.memory), MEMORY_PAINT[redis.memory.level]],
    [
      'Workers',
      workers.length === 0 ? 'none: nothing is delivered' : String(workers.length),
      workers.length === 0 ? 'red' : null,
    ],
    ...shardFacts(status),
    ['Lanes', `${lanes.total}, ${lanes.open} open, ${lanes.slow} slow`, lanes.open > 0 ? 'yellow' : null],
    ['Backlog', `${backlog.waiting} ${backlog.waiting === 1 ? 'delivery' : 'deliveries'}${due}`],
    [
      'Notices',
      status.openNotices === 0 ? 'none open' : `${status.openNotices} open: hooklane notices list --open`,
      status.openNotices > 0 ? 'yellow' : null,
    ],
    ['Dead letters', String(status.deadLetters), status.deadLetters > 0 ? 'yellow' : null],
  ]);
  printSection(terminal, 'Workers', workerColumns(now, status.shards?.total ?? 1), workers);
  printSection(terminal, 'Open lanes', laneColumns(now), status.openLanes);
  printSection(terminal, 'Each minute', RATE_COLUMNS, busyRates(status.rates));
}

/** Of a house with several; what nobody serves is told in red. */
function shardFacts({ shards, workers }: ApiStatus): Fact[] {
  if (shards === undefined || shards.total === 1) return [];
  const { total, unserved } = shards;
  const isServed = unserved.length === 0 || workers.length === 0;
  const text = isServed ? String(total) : `${total}, no worker serves ${unserved.join(', ')}`;
  return [['Shards', text, isServed ? null : 'red']];
}

/** What is done without at a level; `ok` needs no colour. */
const MEMORY_PAINT = { ok: null, shed: 'yellow', refuse: 'red' } as const;

const MEMORY_WORDS = {
  ok: '',
  shed: ': answers of receivers are not kept (shed)',
  refuse: ': new events are refused (refuse)',
} as const;

function showMemory({ usedBytes, budgetBytes, level }: ApiStatus['redis']['memory']): string {
  const used = `${mebibytes(usedBytes)} MiB`;
  if (budgetBytes === 0) return `${used}, no budget and no maxmemory`;
  const share = Math.round((usedBytes / budgetBytes) * 100);
  return `${used} of ${mebibytes(budgetBytes)} MiB (${share} %)${MEMORY_WORDS[level]}`;
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(bytes < 100 * 2 ** 20 ? 1 : 0);
}

/** The latest minutes, from the first one in which something happened. */
function busyRates(rates: ApiStatus['rates']): ApiStatus['rates'] {
  const latest = rates.slice(-MINUTES_SHOWN);
  const first = latest.findIndex((rate) => rate.accepted + rate.delivered + rate.failed + rate.dead > 0);
  return first === -1 ? [] : latest.slice(first);
}

function printSection<T>(
  terminal: Terminal,
  title: string,
  columns: readonly Column<T>[],
  rows: readonly T[],
): void {
  if (rows.length === 0) return;
  terminal.print();
  terminal.print(terminal.paint('bold', title));
  printTable(terminal, columns, rows);
}

function workerColumns(now: number, shards: number): Column<ApiStatus['workers'][number]>[] {
  return [
    { title: 'Id', show: (row) => row.id, shrinkTo: 12 },
    { title: 'Host', show: (row) => row.host, shrinkTo: 12 },
    { title: 'Version', show: (row) => row.version },
    { title: 'Started', show: (row) => showAgo(row.startedAt, now), plain: (row) => row.startedAt },
    { title: 'Seen', show: (row) => showAgo(row.seenAt, now), plain: (row) => row.seenAt },
    { title: 'Lanes', show: (row) => String(row.lanesRunning), align: 'right' },
    { title: 'Tries', show: (row) => String(row.triesInFlight), align: 'right' },
    ...(shards === 1 ? [] : [{ title: 'Shards', show: showShards }]),
  ];
}

/** `0-2,5` */
function showShards({ shards }: ApiStatus['workers'][number]): string {
  const ranges: [from: number, to: number][] = [];
  for (const shard of shards) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === shard - 1) last[1] = shard;
    else ranges.push([shard, shard]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

function laneColumns(now: number): Column<ApiStatus['openLanes'][number]>[] {
  return [
    { title: 'Webhook', show: (row) => row.name, shrinkTo: 12 },
    { title: 'Account', show: (row) => row.account, shrinkTo: 10 },
    { title: 'Scope', show: (row) => row.scope.name, shrinkTo: 12 },
    { title: 'Faults', show: (row) => String(row.faults), align: 'right' },
    {
      title: 'Next probe',
      show: (row) => (row.nextProbeAt === null ? '' : showAgo(row.nextProbeAt, now)),
      plain: (row) => row.nextProbeAt ?? '',
    },
    { title: 'Id', show: (row) => row.webhookId, canWrap: true },
  ];
}

const RATE_COLUMNS: readonly Column<ApiStatus['rates'][number]>[] = [
  { title: 'Minute', show: (row) => showClock(row.minute).slice(0, 5), plain: (row) => row.minute },
  { title: 'Accepted', show: (row) => String(row.accepted), align: 'right' },
  { title: 'Delivered', show: (row) => String(row.delivered), align: 'right' },
  { title: 'Failed', show: (row) => String(row.failed), align: 'right' },
  { title: 'Dead', show: (row) => String(row.dead), align: 'right' },
];
