/** `hooklane dead-letters redrive` and `hooklane dead-letters discard` */
import { InvalidArgumentError } from '@commander-js/extra-typings';
import type { ApiDeliveryFilter, Client } from '@hooklane/client';
import type { Cli, Session } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { CliError, usageError } from '../../cli-error.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { filterOf, filteredCommandOfLetters, nameFilter } from '../../parse/delivery-filter.ts';
import type { FilterFlags } from '../../parse/delivery-filter.ts';
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

/** `dead-letters redrive` */
export function redriveCommand(cli: Cli) {
  const command = bulkCommand(cli, 'redrive');
  return command.action((options) => withClient(cli, command, (session) => run(session, 'redrive', options)));
}

/** `dead-letters discard` */
export function discardCommand(cli: Cli) {
  const command = bulkCommand(cli, 'discard').option(
    '--because <text>',
    'what people will read who ask why: kept with the action and shown',
    becauseOf,
  );
  return command.action((options) => withClient(cli, command, (session) => run(session, 'discard', options)));
}

/** What both have. */
function bulkCommand(cli: Cli, action: Action) {
  return filteredCommandOfLetters(action, cli.now)
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
      '\nIt runs in the workers: closing the terminal does not stop it. See: hooklane redrives list\n',
    );
}

interface Flags extends FilterFlags {
  all?: true | undefined;
  dryRun?: true | undefined;
  follow: boolean;
  yes?: true | undefined;
  json?: true | undefined;
  because?: string | undefined;
}

async function run(session: Session, action: Action, flags: Flags): Promise<ExitCode> {
  const filter = filterOf(flags);
  const json = flags.json === true;
  if (Object.keys(filter).length === 0 && flags.all !== true) {
    throw usageError('Say which dead letters: by a filter, or --all.');
  }
  const matched = await count(session.client, action, filter);
  if (flags.dryRun === true || matched === 0) return tellCount(session, { matched, filter, json });
  await confirm(
    session.terminal,
    `${TEXTS[action].question} ${nameCount(matched)} (${nameFilter(filter)})?`,
    flags.yes,
  );
  const begun = await begin(session.client, action, { filter, reason: flags.because });
  return followRedrive(session, begun, { json, wait: flags.follow });
}

function call(client: Client, action: Action) {
  return action === 'redrive' ? client.redriveDeadLetters : client.discardDeadLetters;
}

/** The bound of the API. */
const MAX_BECAUSE_CHARS = 500;

function becauseOf(text: string): string {
  if (text.trim() !== '' && text.length <= MAX_BECAUSE_CHARS) return text;
  throw new InvalidArgumentError(`It must be 1 to ${MAX_BECAUSE_CHARS} characters; it has ${text.length}.`);
}

async function count(client: Client, action: Action, filter: ApiDeliveryFilter): Promise<number> {
  return (await call(client, action)({ body: { filter, dryRun: true } })).matched;
}

async function begin(
  client: Client,
  action: Action,
  { filter, reason }: { filter: ApiDeliveryFilter; reason: string | undefined },
): Promise<string> {
  // Only discard has one; a redrive with a reason would be refused.
  const body = reason === undefined ? { filter } : { filter, reason };
  const answer = await call(client, action)({ body });
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
