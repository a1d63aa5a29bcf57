/** What every command is given, and how it runs: with a client, to an exit code. */
import { createClient } from '@hooklane/client';
import type { Client, ClientOptions } from '@hooklane/client';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { CliError } from './cli-error.ts';
import { readConnection } from './connection.ts';
import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { findSettings } from './settings/find-settings.ts';
import type { ConnectionSettings } from './settings/find-settings.ts';
import type { Terminal } from './terminal/terminal.ts';

/** The world of one run of the program. */
export interface Cli {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => number;
  /** How it ends; a command sets it by what it returns. */
  exitCode: ExitCode;
}

/** A run that talks to the server. */
export interface Session extends Cli {
  readonly client: Client;
  /** A client of the same server that sends in another way. */
  readonly clientWith: (changes: ClientChanges) => Client;
  readonly settings: ConnectionSettings;
  /** What `--timeout` says; null: nothing. */
  readonly givenTimeoutMs: number | null;
}

/** How a client may differ from that of the command. */
export type ClientChanges = Pick<ClientOptions, 'fetch' | 'retries' | 'timeoutMs'>;

/** The largest token that is read from standard input, bytes. */
const MAX_TOKEN_BYTES = 64 * 1024;

/** Finds the settings of a command. Throws {@link CliError}. */
export function settingsOf(cli: Cli, command: CommandUnknownOpts): Promise<ConnectionSettings> {
  return findSettings(readConnection(command), {
    env: cli.env,
    cwd: cli.cwd,
    readInput: () => cli.terminal.readInput('--token-file', MAX_TOKEN_BYTES),
  });
}

/** Runs the work of a command with a client. Throws `no_token` before anything is sent. */
export async function withClient(
  cli: Cli,
  command: CommandUnknownOpts,
  work: (session: Session) => Promise<ExitCode>,
): Promise<void> {
  const settings = await settingsOf(cli, command);
  if (settings.token === null) {
    throw new CliError('no_token', `There is no API token for ${settings.url}.`, {
      hint: 'Set HOOKLANE_API_TOKEN, or keep one with: hooklane login',
      exitCode: EXIT.usage,
    });
  }
  const { timeoutMs, givenTimeoutMs } = readConnection(command);
  const options = { url: settings.url, token: settings.token, timeoutMs };
  const clientWith: Session['clientWith'] = (changes) => createClient({ ...options, ...changes });
  cli.exitCode = await work({ ...cli, client: clientWith({}), clientWith, settings, givenTimeoutMs });
}

/**
 * Gives the work a signal that Ctrl-C aborts; a second Ctrl-C ends the program at once. Without this, the first one does.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    return await work(interrupt.signal);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
