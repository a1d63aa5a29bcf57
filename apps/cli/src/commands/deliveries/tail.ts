/** `hooklane deliveries tail` */
import type { ApiDelivery, ApiError, ApiDeliveryFilter, DeliveryNews } from '@hooklane/client';
import type { Cli, Session } from '../../cli.ts';
import { untilInterrupted, withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { filterOf, filteredCommand, statusOption } from '../../parse/delivery-filter.ts';
import { countOption, durationOption } from '../../parse/options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { deliveryColumns, lastAnswer, nameWebhook, statusStyle, tellStatus } from '../../show/deliveries.ts';
import { printJsonLine } from '../../show/json.ts';
import { showClock } from '../../show/times.ts';
import { cleanLine } from '../../terminal/clean-text.ts';
import { printMoreRows } from '../../terminal/table.ts';
import { isPassingTrouble, rest } from '../../wait/poll.ts';
import { createChangeFilter } from './change-filter.ts';

/** The newest deliveries that are looked at: at the beginning, and when some were missed. */
const LOOKED_AT = 200;
const LONGEST_PAUSE_MS = 30_000;

interface TailOptions {
  every: number;
  lines: number;
  json: boolean;
  signal: AbortSignal;
}

/** The command. */
export function tailCommand(cli: Cli) {
  return filteredCommand('tail')
    .description('deliveries as they happen, until Ctrl-C')
    .addOption(statusOption())
    .option('--lines <n>', 'how many older ones to begin with', countOption({ min: 0, max: LOOKED_AT }), 10)
    .option(
      '--every <time>',
      'how often to look while the server cannot tell',
      durationOption({ min: 200, max: LONGEST_PAUSE_MS }),
      1000,
    )
    .addOption(jsonOption())
    .addHelpText('after', examples('deliveries tail --account jdoe', 'deliveries tail --status dead --json'))
    .addHelpText(
      'after',
      'The server tells what changes; after a break it goes on where it was. With --json: one object per line.\n',
    )
    .action((options, command) =>
      withClient(cli, command, async (session) => {
        const json = options.json === true;
        await untilInterrupted((signal) =>
          follow(session, filterOf(options), { every: options.every, lines: options.lines, json, signal }),
        );
        return EXIT.ok;
      }),
    );
}

async function follow(session: Session, filter: ApiDeliveryFilter, options: TailOptions): Promise<void> {
  const { client } = session;
  const { signal } = options;
  const changed = createChangeFilter(options.lines);
  const show = (deliveries: readonly ApiDelivery[]): void => {
    for (const delivery of changed(deliveries)) printLine(session, delivery, options.json);
  };
  const look = async (): Promise<void> => {
    const { items } = await client.listDeliveries({ query: { ...filter, limit: LOOKED_AT } }, { signal });
    show(items.toReversed());
  };
  let trouble = '';
  for await (const news of client.followDeliveries(filter, { signal })) {
    // The same trouble is told once, however often it is tried again.
    const told = trouble;
    trouble = news.type === 'interrupted' ? tellTrouble(news.error, options.every) : '';
    if (trouble !== '' && trouble !== told) session.terminal.note(trouble);
    if (news.type === 'delivery') show([news.delivery]);
    else if (news.type === 'open' || news.type === 'gap') await lookPatiently(look, options);
    else if (news.type === 'interrupted') await bridge(news, { look, ...options });
  }
}

/** Until it works: the first look decides what is old, and after a gap nothing else tells what was missed. */
async function lookPatiently(
  look: () => Promise<void>,
  { every, signal }: Pick<TailOptions, 'every' | 'signal'>,
): Promise<void> {
  for (let pause = every; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const passing = await look().then(() => null, passingOrThrow(signal));
    if (passing === null) return;
    await rest(pause, signal);
  }
}

function tellTrouble(error: ApiError, every: number): string {
  const instead = isFull(error) ? `Looking every ${every / 1000} s until one is free.` : 'Trying again.';
  return `${error.code}: ${cleanLine(error.message)} ${instead}`;
}

function isFull({ code }: ApiError): boolean {
  return code === 'too_many_streams';
}

/** While the server answers but has no stream free, the list is looked at instead. */
async function bridge(
  { error, waitMs }: Extract<DeliveryNews, { type: 'interrupted' }>,
  { look, every, signal }: TailOptions & { look: () => Promise<void> },
): Promise<void> {
  if (!isFull(error)) return;
  const end = performance.now() + waitMs;
  while (!signal.aborted && performance.now() < end) {
    await look().catch(passingOrThrow(signal));
    await rest(Math.min(every, Math.max(0, end - performance.now())), signal);
  }
}

/** What passes is looked for again. */
function passingOrThrow(signal: AbortSignal): (error: unknown) => unknown {
  return (error) => {
    if (!signal.aborted && !isPassingTrouble(error)) throw error;
    return error;
  };
}

function printLine({ terminal, now }: Session, delivery: ApiDelivery, json: boolean): void {
  if (json) return printJsonLine(terminal, delivery);
  // A program gets the columns of the list.
  if (!terminal.isInteractive) return printMoreRows(terminal, deliveryColumns(now()), [delivery]);
  const last = delivery.attempts.at(-1);
  const time = last?.startedAt ?? delivery.createdAt;
  const tries = delivery.attemptCount === 0 ? '' : `#${delivery.attemptCount} ${lastAnswer(delivery)}`;
  const fields = [
    showClock(time),
    terminal.paint(statusStyle(delivery.status), delivery.status.padEnd(9)),
    delivery.event.padEnd(15),
    cleanLine(`${delivery.scope.name} → ${nameWebhook(delivery)}`),
    tries,
    delivery.status === 'retrying' ? tellStatus(delivery, now()).replace('retrying, ', '') : '',
    delivery.reason ?? '',
    terminal.paint('dim', delivery.id),
  ];
  terminal.print(fields.filter((field) => field !== '').join('  '));
}
