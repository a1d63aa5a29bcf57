/** `hooklane tokens add` */
import { Command, Option } from '@commander-js/extra-typings';
import { ROLES } from '@hooklane/core';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { durationOption } from '../../parse/options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { printJson } from '../../show/json.ts';

const HOUR_MS = 3_600_000;

/** The command. */
export function addCommand(cli: Cli) {
  return new Command('add')
    .description('make an API token; it is shown this once')
    .requiredOption('--name <name>', 'whose it is, and what for')
    .addOption(new Option('--role <role...>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--account <name...>', 'the only accounts that it may see and change')
    .addOption(
      new Option('--expires <duration>', 'refused after this time, such as 24h').argParser(
        durationOption({ min: 60_000, max: 168 * HOUR_MS }),
      ),
    )
    .addOption(jsonOption())
    .addHelpText('after', examples('tokens add --name "ci of shop" --role emit --account jdoe'))
    .action((options, command) =>
      withClient(cli, command, async ({ client, terminal }) => {
        const { name, role, account, expires } = options;
        const made = await client.createToken({
          body: {
            name,
            roles: [...role],
            accounts: account ?? null,
            expiresAt: expires === undefined ? null : new Date(cli.now() + expires).toISOString(),
          },
        });
        if (options.json === true) printJson(terminal, made);
        else {
          terminal.note(`Made ${made.id}. Keep the token now: it is not shown again.`);
          terminal.print(made.token);
        }
        return EXIT.ok;
      }),
    );
}
