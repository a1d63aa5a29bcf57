#!/usr/bin/env node
/** The program `hooklane`. */
import { CommanderError } from '@commander-js/extra-typings';
import type { Cli } from './cli.ts';
import { EXIT } from './exit-code.ts';
import { explainError } from './explain-error.ts';
import { createProgram } from './program.ts';
import { createTerminal } from './terminal/terminal.ts';

async function main(): Promise<number> {
  const terminal = createTerminal(process, process.env);
  const cli: Cli = { terminal, env: process.env, cwd: process.cwd(), now: Date.now, exitCode: EXIT.ok };
  try {
    await createProgram(cli).parseAsync(process.argv);
    return cli.exitCode;
  } catch (error) {
    // Commander has printed its help or its error already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const { lines, hint, exitCode } = explainError(error);
    for (const line of lines) terminal.note(terminal.paintNote('red', line));
    if (hint !== null) terminal.note(hint);
    return exitCode;
  }
}

// The reader of a pipe may go away (`hooklane … | head`): what it did not want is not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed);
  });
}

process.exitCode = await main();
