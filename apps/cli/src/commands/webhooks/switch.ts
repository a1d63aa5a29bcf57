/** `hooklane webhooks enable` and `hooklane webhooks disable` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { findWebhook } from '../../find-webhook.ts';
import { accountOption, applicationOption, environmentOption } from '../../parse/scope-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { printJson } from '../../show/json.ts';

const TEXTS = {
  enable: 'let a webhook hear of new events',
  disable: 'let a webhook hear of no new events; what it is owed is kept',
} as const;

/** One of the two commands. */
export function switchCommand(cli: Cli, verb: 'enable' | 'disable') {
  return new Command(verb)
    .description(TEXTS[verb])
    .argument('<webhook>', 'its id, or its name with --account and its scope')
    .addOption(accountOption())
    .addOption(applicationOption())
    .addOption(environmentOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(`webhooks ${verb} wh_01m8…`, `webhooks ${verb} chat --account jdoe --application shop`),
    )
    .action((target, options, command) =>
      withClient(cli, command, async ({ client, terminal }) => {
        const { id } = await findWebhook(client, target, options);
        const webhook = await client.updateWebhook({ params: { id }, body: { enabled: verb === 'enable' } });
        if (options.json === true) printJson(terminal, webhook);
        else terminal.print(`${webhook.name} is ${verb}d.`);
        return EXIT.ok;
      }),
    );
}
