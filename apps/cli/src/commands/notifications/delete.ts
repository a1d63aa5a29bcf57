/** `hooklane notifications delete` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { accountOption } from '../../parse/scope-options.ts';
import { examples } from '../../parse/shared-options.ts';

/** The command. */
export function deleteCommand(cli: Cli) {
  return new Command('delete')
    .description('send no notices any more; they are still listed')
    .addOption(accountOption().makeOptionMandatory())
    .addHelpText('after', examples('notifications delete --account jdoe'))
    .action((options, command) =>
      withClient(cli, command, async ({ client, terminal }) => {
        const { account } = options;
        await client.deleteNotifications({ params: { account } });
        terminal.print(`Notices of ${account} are not sent any more.`);
        return EXIT.ok;
      }),
    );
}
