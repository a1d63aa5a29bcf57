/** `hooklane webhooks test` */
import { Command } from '@commander-js/extra-typings';
import type { ApiDelivery } from '@hooklane/client';
import type { Cli, Session } from '../../cli.ts';
import { untilInterrupted, withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { findWebhook } from '../../find-webhook.ts';
import { durationOption } from '../../parse/options.ts';
import { accountOption, applicationOption, environmentOption } from '../../parse/scope-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { printAttempts, statusStyle, tellStatus } from '../../show/deliveries.ts';
import { printJson } from '../../show/json.ts';
import { nullWhenNotFound } from '../../wait/null-when-not-found.ts';
import { poll } from '../../wait/poll.ts';
import { tellsTrouble } from '../../wait/try-again.ts';

const DEFAULT_WAIT_MS = 30_000;
const MAX_WAIT_MS = 3_600_000;

/** The command. */
export function testCommand(cli: Cli) {
  return new Command('test')
    .description('send a sample event to this webhook alone and show what came of it')
    .argument('<webhook>', 'its id, or its name with --account and its scope')
    .addOption(accountOption())
    .addOption(applicationOption())
    .addOption(environmentOption())
    .option(
      '--wait <time>',
      'for the first answer',
      durationOption({ min: 100, max: MAX_WAIT_MS }),
      DEFAULT_WAIT_MS,
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('webhooks test wh_01m8…', 'webhooks test chat --account jdoe --application shop --wait 1m'),
    )
    .addHelpText(
      'after',
      'Ends with 0 when it was delivered, 1 when the first try failed, 4 when there is no answer in time.\n',
    )
    .action((target, options, command) =>
      withClient(cli, command, async (session) => {
        const { client, terminal } = session;
        const { id, url } = await findWebhook(client, target, options);
        const { deliveryId } = await client.testWebhook({ params: { id } });
        terminal.progress(`Waiting for the answer of ${url} …`);
        const { delivery, isInterrupted } = await firstTry(session, deliveryId, options.wait);
        terminal.progress(null);
        if (delivery === null && isInterrupted) return EXIT.interrupted;
        if (options.json === true) printJson(terminal, delivery ?? { id: deliveryId });
        return report(session, deliveryId, delivery, options.json === true);
      }),
    );
}

function firstTry(
  { client, terminal }: Session,
  id: string,
  timeoutMs: number,
): Promise<{ delivery: ApiDelivery | null; isInterrupted: boolean }> {
  return untilInterrupted(async (signal) => {
    const look = async (stop: AbortSignal): Promise<ApiDelivery | null> => {
      const seen = await client.getDelivery({ params: { id } }, { signal: stop }).catch(nullWhenNotFound);
      return seen === null || (seen.attempts.length === 0 && seen.status !== 'dead') ? null : seen;
    };
    const delivery = await poll(look, { timeoutMs, signal, onTrouble: tellsTrouble(terminal) });
    return { delivery, isInterrupted: signal.aborted };
  });
}

function report(
  { terminal, now }: Session,
  id: string,
  delivery: ApiDelivery | null,
  isQuiet: boolean,
): ExitCode {
  if (delivery === null) {
    terminal.note('No answer yet. Is a worker running? See: hooklane status');
    terminal.note(`Look again with: hooklane deliveries show ${id}`);
    return EXIT.notYet;
  }
  if (!isQuiet) {
    printAttempts(terminal, delivery);
    terminal.print(terminal.paint(statusStyle(delivery.status), tellStatus(delivery, now())));
  }
  return delivery.status === 'delivered' ? EXIT.ok : EXIT.failed;
}
