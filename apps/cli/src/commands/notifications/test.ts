/** `hooklane notifications test` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { accountOption } from '../../parse/scope-options.ts';
import { examples } from '../../parse/shared-options.ts';

/** The command. */
export function testCommand(cli: Cli) {
  return new Command('test')
    .description('send a test to the URL')
    .addOption(accountOption().makeOptionMandatory())
    .addHelpText('after', examples('notifications test --account jdoe'))
    .action((options, command) =>
      withClient(cli, command, async ({ client, terminal }) => {
        const { account } = options;
        const { eventId } = await client.testNotifications({ params: { account } });
        terminal.print(`Sent as ${eventId}. How it went: hooklane notifications show --account ${account}`);
        return EXIT.ok;
      }),
    );
}
