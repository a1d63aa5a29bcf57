/** All commands, and what they share. */
import { Command } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Cli } from './cli.ts';
import { auditCommand } from './commands/audit/group.ts';
import { completionCommand } from './commands/completion.ts';
import { deadLettersCommand } from './commands/dead-letters/group.ts';
import { deliveriesCommand } from './commands/deliveries/group.ts';
import { doctorCommand } from './commands/doctor.ts';
import { emitCommand } from './commands/emit.ts';
import { eventsCommand } from './commands/events/group.ts';
import { listenCommand } from './commands/listen.ts';
import { loginCommand } from './commands/login.ts';
import { noticesCommand } from './commands/notices/group.ts';
import { notificationsCommand } from './commands/notifications/group.ts';
import { redrivesCommand } from './commands/redrives/group.ts';
import { scopesCommand } from './commands/scopes/group.ts';
import { secretsCommand } from './commands/secrets-at-rest/group.ts';
import { spoolCommand } from './commands/spool/group.ts';
import { statusCommand } from './commands/status.ts';
import { tokensCommand } from './commands/tokens/group.ts';
import { webhooksCommand } from './commands/webhooks/group.ts';
import { addConnection } from './connection.ts';
import { cleanLines } from './terminal/clean-text.ts';
import { VERSION } from './version.ts';

const AFTER = `
Settings: flags, then the environment (HOOKLANE_URL, HOOKLANE_API_TOKEN), then the file that
\`hooklane login\` writes, then the token that \`start\` made in .hooklane with http://localhost:8080.

Exit codes:
  0  ok
  1  failed, or the answer is no
  2  the command line or the settings are wrong
  3  the server cannot be reached
  4  the time is over, or the event is spooled, and the answer is not there yet
  130  ended by Ctrl-C while waiting

Examples:
  $ hooklane login
  $ hooklane webhooks add --account jdoe --application shop --name chat --event build.finished --url https://hooks.example.com/
  $ hooklane emit build.finished --account jdoe --file body.json --wait
  $ hooklane deliveries list --status dead --since 2h
`;

/** These need no connection. */
const WITHOUT_SERVER = new Set(['listen', 'completion', 'spool status']);

/** The program. It writes help to `terminal` and throws where commander would exit. */
export function createProgram(cli: Cli): CommandUnknownOpts {
  const program = new Command('hooklane')
    .description('Emit build and deploy events, look into their deliveries, mend and send again.')
    .version(VERSION, '-V, --version', 'print the version')
    .addHelpText('after', AFTER)
    .enablePositionalOptions();
  for (const command of [
    emitCommand(cli),
    spoolCommand(cli),
    eventsCommand(cli),
    scopesCommand(cli),
    webhooksCommand(cli),
    deliveriesCommand(cli),
    deadLettersCommand(cli),
    redrivesCommand(cli),
    noticesCommand(cli),
    notificationsCommand(cli),
    listenCommand(cli),
    tokensCommand(cli),
    auditCommand(cli),
    secretsCommand(cli),
    statusCommand(cli),
    doctorCommand(cli),
    loginCommand(cli),
    completionCommand(cli),
  ]) {
    program.addCommand(command);
  }
  prepare(program, cli);
  return program;
}

function prepare(command: CommandUnknownOpts, cli: Cli): void {
  const { terminal } = cli;
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.print(text.trimEnd()),
    // It repeats what was given.
    writeErr: (text) => terminal.note(cleanLines(text.trimEnd())),
    getOutHelpWidth: () => terminal.width,
    getErrHelpWidth: () => terminal.width,
  });
  command.showHelpAfterError(`(hooklane ${pathOf(command)}--help tells more)`);
  command.helpCommand(false);
  const talksToServer = command.commands.length === 0 && !WITHOUT_SERVER.has(pathOf(command).trim());
  if (talksToServer || command.parent === null) addConnection(command);
  for (const child of command.commands) prepare(child, cli);
}

/** `webhooks add ` */
function pathOf(command: CommandUnknownOpts): string {
  return command.parent === null ? '' : `${pathOf(command.parent)}${command.name()} `;
}
