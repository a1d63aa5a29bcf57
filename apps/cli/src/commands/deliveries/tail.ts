/** `hooklane deliveries tail` */
import { ApiError } from '@hooklane/client';
import type { ApiDelivery, ApiDeliveryFilter } from '@hooklane/client';
import type { Cli, Session } from '../../cli.ts';
import { untilInterrupted, withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { createWebhookNames } from '../../find-webhook.ts';
import { filterOf, filteredCommand, statusOption } from '../../parse/delivery-filter.ts';
import { countOption, durationOption } from '../../parse/options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { lastAnswer, statusStyle, tellStatus } from '../../show/deliveries.ts';
import { printJsonLine } from '../../show/json.ts';
import { showClock } from '../../show/times.ts';
import { cleanLine } from '../../terminal/clean-text.ts';
import { rest } from '../../wait/poll.ts';
import { createChangeFilter } from './change-filter.ts';

/** The newest deliveries that are looked at each time. */
const LOOKED_AT = 200;
const LONGEST_PAUSE_MS = 30_000;

interface TailOptions {
  every: number;
  lines: number;
  json: boolean;
}

/** The command. */
export function tailCommand(cli: Cli) {
  return filteredCommand('tail')
    .description('deliveries as they happen, until Ctrl-C')
    .addOption(statusOption())
    .option('--lines <n>', 'how many older ones to begin with', countOption({ min: 0, max: LOOKED_AT }), 10)
    .option('--every <time>', 'how often to look', durationOption({ min: 200, max: LONGEST_PAUSE_MS }), 1000)
    .addOption(jsonOption())
    .addHelpText('after', examples('deliveries tail --account jdoe', 'deliveries tail --status dead --json'))
    .addHelpText(
      'after',
      `It follows the ${LOOKED_AT} newest deliveries that match. With --json: one object per line.\n`,
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

async function follow(
  session: Session,
  filter: ApiDeliveryFilter,
  options: TailOptions & { signal: AbortSignal },
): Promise<void> {
  const { signal } = options;
  const changed = createChangeFilter(options.lines);
  const namesOf = createWebhookNames(session.client);
  let pause = options.every;
  while (!signal.aborted) {
    try {
      const { items } = await session.client.listDeliveries(
        { query: { ...filter, limit: LOOKED_AT } },
        { signal },
      );
      const news = changed(items.toReversed());
      const nameOf = await namesOf(news.map(({ webhookId }) => webhookId));
      for (const delivery of news)
        printLine(session, delivery, { json: options.json, name: nameOf(delivery.webhookId) });
      pause = options.every;
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      session.terminal.note(`${error.code}: ${cleanLine(error.message)} Trying again.`);
    }
    await rest(pause, signal);
  }
}

function isPassing(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === null || error.status === 429 || error.status >= 500);
}

function printLine(
  { terminal, now }: Session,
  delivery: ApiDelivery,
  { json, name }: { json: boolean; name: string },
): void {
  if (json) return printJsonLine(terminal, delivery);
  const last = delivery.attempts.at(-1);
  const time = last?.startedAt ?? delivery.createdAt;
  const tries = delivery.attemptCount === 0 ? '' : `#${delivery.attemptCount} ${lastAnswer(delivery)}`;
  const fields = [
    terminal.isInteractive ? showClock(time) : time,
    terminal.paint(statusStyle(delivery.status), delivery.status.padEnd(9)),
    delivery.event.padEnd(15),
    cleanLine(`${delivery.scope.name} → ${name}`),
    tries,
    delivery.status === 'retrying' ? tellStatus(delivery, now()).replace('retrying, ', '') : '',
    terminal.paint('dim', delivery.id),
  ];
  terminal.print(fields.filter((field) => field !== '').join('  '));
}
