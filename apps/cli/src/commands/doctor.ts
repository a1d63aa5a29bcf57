/** `hooklane doctor`: what is wrong, and what to do. */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../cli.ts';
import { settingsOf } from '../cli.ts';
import { readConnection } from '../connection.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/examine.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { examples, jsonOption } from '../parse/shared-options.ts';
import { printJson } from '../show/json.ts';
import { cleanLine } from '../terminal/clean-text.ts';
import type { Style, Terminal } from '../terminal/terminal.ts';

const MARKS = {
  ok: { text: 'ok     ', style: 'green' },
  warning: { text: 'warning', style: 'yellow' },
  error: { text: 'error  ', style: 'red' },
} as const satisfies Record<Finding['level'], { text: string; style: Style }>;

/** The command. */
export function doctorCommand(cli: Cli) {
  return new Command('doctor')
    .description('examine settings, connection, token and the server')
    .addOption(jsonOption())
    .addHelpText('after', examples('doctor', 'doctor --json'))
    .addHelpText(
      'after',
      'Ends with 1 when something is wrong, 3 when the server cannot be reached; warnings end with 0.\n',
    )
    .action(async (options, command) => {
      const settings = await settingsOf(cli, command);
      const { findings, isReachable } = await examine(settings, readConnection(command).timeoutMs);
      if (options.json === true) {
        printJson(cli.terminal, { findings, checkedAt: new Date(cli.now()).toISOString() });
      } else for (const finding of findings) printFinding(cli.terminal, finding);
      cli.exitCode = judge(findings, isReachable);
    });
}

function printFinding(terminal: Terminal, { check, level, message, advice }: Finding): void {
  const { text, style } = MARKS[level];
  terminal.print(`${terminal.paint(style, text)}  ${cleanLine(`${check}: ${message}`)}`);
  if (advice !== null) terminal.print(`         ${terminal.paint('dim', '→')} ${cleanLine(advice)}`);
}

function judge(findings: readonly Finding[], isReachable: boolean): ExitCode {
  if (!findings.some(({ level }) => level === 'error')) return EXIT.ok;
  const hasOwnError = findings.some(({ check, level }) => check === 'settings' && level === 'error');
  return isReachable || hasOwnError ? EXIT.failed : EXIT.unreachable;
}
