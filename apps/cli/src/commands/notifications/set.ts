/** `hooklane notifications set` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { accountOption } from '../../parse/scope-options.ts';
import { readSecret, secretFileOption, secretOption } from '../../parse/secret.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { signingOption, tokenHeaderOption, webhookUrlOption } from '../../parse/webhook-options.ts';
import { printJson } from '../../show/json.ts';
import { printNotifications } from '../../show/notifications.ts';

/** The command. */
export function setCommand(cli: Cli) {
  return new Command('set')
    .description('set or replace the URL; one that was disabled is enabled')
    .addOption(accountOption().makeOptionMandatory())
    .addOption(webhookUrlOption().makeOptionMandatory())
    .addOption(secretOption())
    .addOption(secretFileOption())
    .option('--no-secret', 'send unsigned')
    .addOption(signingOption())
    .addOption(tokenHeaderOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('notifications set --account jdoe --url https://hooks.example.com/ops --secret-file s.txt'),
    )
    .action((options, command) =>
      withClient(cli, command, async ({ client, terminal, now }) => {
        const { account, url, signing, tokenHeader, secretFile } = options;
        const given = typeof options.secret === 'string' ? options.secret : undefined;
        const secret = options.secret === false ? null : await readSecret(cli, { secret: given, secretFile });
        const target = await client.setNotifications({
          params: { account },
          body: { url, secret, signing, tokenHeader },
        });
        if (options.json === true) printJson(terminal, target);
        else printNotifications(terminal, target, now());
        return EXIT.ok;
      }),
    );
}
