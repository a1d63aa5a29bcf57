/** `hooklane webhooks add` */
import { Command } from '@commander-js/extra-typings';
import type { ApiNewWebhook, ApiWebhook, Client } from '@hooklane/client';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { getScope } from '../../find-webhook.ts';
import { eventOption } from '../../parse/delivery-filter.ts';
import {
  accountOption,
  applicationOption,
  environmentOption,
  nameScope,
  needScope,
  scopeFlags,
} from '../../parse/scope-options.ts';
import type { OwnedScope } from '../../parse/scope-options.ts';
import { readSecret, secretFileOption, secretOption } from '../../parse/secret.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import {
  maxInFlightOption,
  nameOption,
  signingOption,
  tokenHeaderOption,
  webhookUrlOption,
} from '../../parse/webhook-options.ts';
import { printJson } from '../../show/json.ts';
import { printWebhook } from '../../show/webhooks.ts';

const EXAMPLES = examples(
  'webhooks add --account jdoe --application shop --name chat --event build.finished --url https://hooks.example.com/ --secret-file s.txt',
  'webhooks add --account jdoe --environment shop-prod --name ops --event deploy.finished --url https://hooks.example.com/deploys',
);

/** The command. */
export function addCommand(cli: Cli) {
  return new Command('add')
    .description('add a webhook to an application or environment')
    .addOption(accountOption().makeOptionMandatory())
    .addOption(applicationOption())
    .addOption(environmentOption())
    .addOption(nameOption().makeOptionMandatory())
    .addOption(eventOption().makeOptionMandatory())
    .addOption(webhookUrlOption().makeOptionMandatory())
    .addOption(secretOption())
    .addOption(secretFileOption())
    .addOption(signingOption())
    .addOption(tokenHeaderOption())
    .addOption(maxInFlightOption())
    .option('--disabled', 'add it disabled')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((options, command) =>
      withClient(cli, command, async ({ client, terminal, now }) => {
        const owned = needScope(options);
        const webhook = await create(client, owned, {
          name: options.name,
          event: options.event,
          url: options.url,
          secret: await readSecret(cli, options),
          signing: options.signing,
          tokenHeader: options.tokenHeader,
          maxInFlight: options.maxInFlight,
          enabled: options.disabled !== true,
        });
        if (options.json === true) printJson(terminal, webhook);
        else printWebhook(terminal, webhook, now());
        const { enabled } = await getScope(client, owned);
        if (!enabled) {
          terminal.note(`The ${nameScope(owned)} is switched off: its webhooks hear nothing.`);
          terminal.note(`Switch on with: hooklane scopes enable ${scopeFlags(owned)}`);
        }
        return EXIT.ok;
      }),
    );
}

function create(client: Client, { account, scope }: OwnedScope, body: ApiNewWebhook): Promise<ApiWebhook> {
  const input = { params: { account, name: scope.name }, body };
  return scope.kind === 'application'
    ? client.createApplicationWebhook(input)
    : client.createEnvironmentWebhook(input);
}
