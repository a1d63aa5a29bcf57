/** `hooklane listen`: a receiver on this machine, for trying out. */
import { Command } from '@commander-js/extra-typings';
import { DEFAULT_TOKEN_HEADER } from '@hooklane/core';
import type { SigningProfile } from '@hooklane/core';
import { signRequest } from '@hooklane/signature';
import type { Cli } from '../cli.ts';
import { untilInterrupted } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { printRequest } from '../listen/print-request.ts';
import { startReceiver } from '../listen/receiver.ts';
import type { HeardRequest, ReceiverOptions } from '../listen/receiver.ts';
import { countOption, durationOption, statusListOption } from '../parse/options.ts';
import { readSecret, secretFileOption, secretOption } from '../parse/secret.ts';
import { examples } from '../parse/shared-options.ts';
import { signingOption, tokenHeaderOption } from '../parse/webhook-options.ts';
import { printJsonLine } from '../show/json.ts';

const MAX_DELAY_MS = 600_000;

const AFTER = `
With a secret it verifies each request, and answers 401 to one it does not believe.
The workers of \`start\` may call this machine; others need HOOKLANE_ALLOWED_NETWORKS=127.0.0.0/8.
${examples('listen --port 9000', 'listen --secret-file s.txt --answer 500,500,200 --delay 2s')}`;

/** The command. It talks to no server. */
export function listenCommand(cli: Cli) {
  return new Command('listen')
    .description('receive on this machine: verify, show, answer as told')
    .option(
      '--port <port>',
      'where to listen, 0 for any free port',
      countOption({ min: 0, max: 65_535 }),
      9000,
    )
    .option('--host <address>', 'which address to listen on', '127.0.0.1')
    .addOption(secretOption())
    .addOption(secretFileOption())
    .addOption(signingOption().default('standard' as const))
    .addOption(tokenHeaderOption())
    .option('--answer <statuses>', 'statuses in order, the last one repeats', statusListOption, [200])
    .option('--delay <time>', 'before each answer', durationOption({ min: 0, max: MAX_DELAY_MS }), 0)
    .option('--count <n>', 'end after so many requests', countOption({ min: 1, max: 1_000_000 }))
    .option('--json', 'one JSON object for each request')
    .addHelpText('after', AFTER)
    .action(async (options) => {
      const { terminal } = cli;
      const { host, port, delay, signing, tokenHeader = DEFAULT_TOKEN_HEADER } = options;
      const secret = (await readSecret(cli, options)) ?? null;
      if (secret !== null) demandUsable(secret, { signing, tokenHeader });
      const print = (request: HeardRequest): void =>
        options.json === true ? printJsonLine(terminal, request) : printRequest(terminal, request);
      const settings = { host, port, answers: options.answer, delayMs: delay, secret, signing, tokenHeader };
      await untilInterrupted((signal) =>
        listen(cli, { settings, print, count: options.count ?? Infinity, signal }),
      );
      cli.exitCode = EXIT.ok;
    });
}

/** Throws `usage` for a secret that nobody could sign with: else every request would break. */
function demandUsable(secret: string, how: { signing: SigningProfile; tokenHeader: string }): void {
  try {
    const { signing: profile, tokenHeader } = how;
    signRequest({ profile, tokenHeader, secrets: [secret], id: 'check', timestampSec: 0, body: '' });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw usageError(error.message);
  }
}

interface Listening {
  settings: Omit<ReceiverOptions, 'onRequest'>;
  print: (request: HeardRequest) => void;
  count: number;
  signal: AbortSignal;
}

/** For the last answer to go out, ms. */
const LAST_ANSWER_MS = 200;

async function listen({ terminal }: Cli, { settings, print, count, signal }: Listening): Promise<void> {
  const over = Promise.withResolvers<void>();
  let heard = 0;
  const onRequest = (request: HeardRequest): void => {
    print(request);
    heard += 1;
    if (heard === count) setTimeout(over.resolve, settings.delayMs + LAST_ANSWER_MS);
  };
  const receiver = await startReceiver({ ...settings, onRequest }).catch((error: unknown) => {
    const hint = 'Choose another one with --port, or 0 for any free port.';
    throw new CliError('cannot_listen', (error as Error).message, { hint });
  });
  terminal.note(
    `Listening on http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${receiver.port}/ — Ctrl-C ends it.`,
  );
  signal.addEventListener('abort', () => over.resolve(), { once: true });
  await over.promise;
  await receiver.close();
  terminal.note(heard === 1 ? '1 request.' : `${heard} requests.`);
}
