/** `hooklane webhooks show` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { findWebhook } from '../../find-webhook.ts';
import { accountOption, applicationOption, environmentOption } from '../../parse/scope-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { printJson } from '../../show/json.ts';
import { printWebhook } from '../../show/webhooks.ts';

/** The command. */
export function showCommand(cli: Cli) {
  return new Command('show')
    .description('all of one webhook; its secret is never shown')
    .argument('<webhook>', 'its id, or its name with --account and its scope')
    .addOption(accountOption())
    .addOption(applicationOption())
    .addOption(environmentOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('webhooks show wh_01m8…', 'webhooks show chat --account jdoe --application shop'),
    )
    .action((target, options, command) =>
      withClient(cli, command, async ({ client, terminal, now }) => {
        const webhook = await findWebhook(client, target, options);
        if (options.json === true) printJson(terminal, webhook);
        else printWebhook(terminal, webhook, now());
        return EXIT.ok;
      }),
    );
}
