/** `hooklane login`: keep the address and the token of a server. */
import { Command } from '@commander-js/extra-typings';
import { createClient } from '@hooklane/client';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import { readConnection } from '../connection.ts';
import { EXIT } from '../exit-code.ts';
import { examples } from '../parse/shared-options.ts';
import { configPath, readPrivately, writeConfig } from '../settings/config-file.ts';
import { LOCAL_URL } from '../settings/find-settings.ts';

const MAX_TOKEN_BYTES = 64 * 1024;

/** The command. */
export function loginCommand(cli: Cli) {
  return new Command('login')
    .description('keep the address and the token of a server, for the owner only (mode 0600)')
    .option('--no-check', 'do not ask the server whether it accepts the token')
    .addHelpText('after', examples('login', 'login --url https://hooks.example.com < token.txt'))
    .addHelpText(
      'after',
      'The token is asked for, or read from --token-file or standard input; never from the command line.\n',
    )
    .action(async (options, command) => {
      const { url: given, tokenFile, timeoutMs } = readConnection(command);
      const { terminal } = cli;
      const url = given ?? cli.env['HOOKLANE_URL'] ?? (await askForUrl(cli));
      const token = await findToken(cli, tokenFile);
      const client = createClient({ url, token, timeoutMs });
      if (options.check) await client.listScopes({ query: { limit: 1 } });
      const path = configPath(cli.env);
      await writeConfig(path, { url, token });
      terminal.print(`Kept ${url} and its token in ${path}.`);
      cli.exitCode = EXIT.ok;
    });
}

async function askForUrl({ terminal }: Cli): Promise<string> {
  if (!terminal.canAsk) return LOCAL_URL;
  const answer = await terminal.ask(`Address of the server [${LOCAL_URL}]: `);
  return answer === '' ? LOCAL_URL : answer;
}

async function findToken({ terminal }: Cli, tokenFile: string | undefined): Promise<string> {
  const text =
    tokenFile !== undefined && tokenFile !== '-'
      ? await readPrivately(tokenFile)
      : terminal.canAsk && tokenFile === undefined
        ? await terminal.askSecretly('API token (it is not shown): ')
        : await terminal.readInput('--token-file', MAX_TOKEN_BYTES);
  const token = text?.trim() ?? '';
  if (token === '')
    throw usageError('There is no token.', '`start` prints it, and keeps it in .hooklane/api-token.');
  return token;
}
