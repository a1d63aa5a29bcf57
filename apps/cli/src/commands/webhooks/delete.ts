/** `hooklane webhooks delete` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { findWebhook } from '../../find-webhook.ts';
import { accountOption, applicationOption, environmentOption, nameScope } from '../../parse/scope-options.ts';
import { examples, yesOption } from '../../parse/shared-options.ts';
import { confirm } from '../../terminal/confirm.ts';

/** The command. */
export function deleteCommand(cli: Cli) {
  return new Command('delete')
    .description('delete a webhook; what it is still owed is given up for good, without dead letters')
    .argument('<webhook>', 'its id, or its name with --account and its scope')
    .addOption(accountOption())
    .addOption(applicationOption())
    .addOption(environmentOption())
    .addOption(yesOption())
    .addHelpText(
      'after',
      examples('webhooks delete wh_01m8…', 'webhooks delete chat --account jdoe --application shop --yes'),
    )
    .action((target, options, command) =>
      withClient(cli, command, async ({ client, terminal }) => {
        const webhook = await findWebhook(client, target, options);
        const what = `${webhook.name} of the ${nameScope(webhook)}`;
        await confirm(terminal, `Delete ${what}, and give up what it is still owed for good?`, options.yes);
        await client.deleteWebhook({ params: { id: webhook.id } });
        terminal.print(`Deleted ${what}.`);
        return EXIT.ok;
      }),
    );
}
