/** `hooklane notifications show` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { accountOption } from '../../parse/scope-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { printJson } from '../../show/json.ts';
import { printNotifications } from '../../show/notifications.ts';

/** The command. */
export function showCommand(cli: Cli) {
  return new Command('show')
    .description('the URL, and how the latest tries went')
    .addOption(accountOption().makeOptionMandatory())
    .addOption(jsonOption())
    .addHelpText('after', examples('notifications show --account jdoe'))
    .action((options, command) =>
      withClient(cli, command, async ({ client, terminal, now }) => {
        const target = await client.getNotifications({ params: { account: options.account } });
        if (options.json === true) printJson(terminal, target);
        else printNotifications(terminal, target, now());
        return EXIT.ok;
      }),
    );
}
