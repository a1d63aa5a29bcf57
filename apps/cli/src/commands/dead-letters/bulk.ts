/** `hooklane dead-letters redrive` and `hooklane dead-letters discard` */
import type { ApiDeliveryFilter, Client } from '@hooklane/client';
import type { Cli, Session } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { CliError, usageError } from '../../cli-error.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { filterOf, filteredCommandOfTime, nameFilter } from '../../parse/delivery-filter.ts';
import { examples, jsonOption, yesOption } from '../../parse/shared-options.ts';
import { printJson } from '../../show/json.ts';
import { confirm } from '../../terminal/confirm.ts';
import { followRedrive } from '../redrives/follow.ts';

type Action = 'redrive' | 'discard';

const TEXTS = {
  redrive: { description: 'send all dead letters again that match', question: 'Send again' },
  discard: { description: 'close all dead letters that match without sending them', question: 'Discard' },
} as const;

/** The server counts up to here. */
const COUNTED_AT_MOST = 100_000;

/** One of the two commands. */
export function bulkCommand(cli: Cli, action: Action) {
  return filteredCommandOfTime(action, cli.now)
    .description(TEXTS[action].description)
    .option('--all', 'all of them, when no filter is given')
    .option('--dry-run', 'only count what matches')
    .option('--no-follow', 'do not wait until it is done')
    .addOption(yesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        `dead-letters ${action} --account jdoe --application shop --dry-run`,
        `dead-letters ${action} --webhook wh_01m8… --since 24h --yes`,
      ),
    )
    .addHelpText(
      'after',
      'It runs in the workers: closing the terminal does not stop it. See: hooklane redrives show <id>\n',
    )
    .action((options, command) =>
      withClient(cli, command, async (session) => {
        const filter = filterOf(options);
        if (Object.keys(filter).length === 0 && options.all !== true) {
          throw usageError('Say which dead letters: by a filter, or --all.');
        }
        const matched = await count(session.client, action, filter);
        if (options.dryRun === true)
          return tellCount(session, { matched, filter, json: options.json === true });
        if (matched === 0) return tellCount(session, { matched, filter, json: options.json === true });
        await confirm(
          session.terminal,
          `${TEXTS[action].question} ${nameCount(matched)} (${nameFilter(filter)})?`,
          options.yes,
        );
        const begun = await begin(session.client, action, filter);
        return followRedrive(session, begun, { json: options.json === true, wait: options.follow });
      }),
    );
}

function call(client: Client, action: Action) {
  return action === 'redrive' ? client.redriveDeadLetters : client.discardDeadLetters;
}

async function count(client: Client, action: Action, filter: ApiDeliveryFilter): Promise<number> {
  return (await call(client, action)({ body: { filter, dryRun: true } })).matched;
}

async function begin(client: Client, action: Action, filter: ApiDeliveryFilter): Promise<string> {
  const answer = await call(client, action)({ body: { filter } });
  if ('id' in answer) return answer.id;
  throw new CliError('unexpected_answer', 'The server began nothing: its answer has no id.');
}

function tellCount(
  { terminal }: Session,
  { matched, filter, json }: { matched: number; filter: ApiDeliveryFilter; json: boolean },
): ExitCode {
  if (json) printJson(terminal, { matched });
  else
    terminal.print(
      matched === 0
        ? `No dead letter matches (${nameFilter(filter)}).`
        : `${nameCount(matched)} (${nameFilter(filter)}).`,
    );
  return EXIT.ok;
}

function nameCount(matched: number): string {
  if (matched === 1) return '1 dead letter';
  return `${matched.toLocaleString('en')}${matched >= COUNTED_AT_MOST ? ' or more' : ''} dead letters`;
}
