/** `hooklane webhooks edit` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { usageError } from '../../cli-error.ts';
import { EXIT } from '../../exit-code.ts';
import { findWebhook } from '../../find-webhook.ts';
import { eventOption } from '../../parse/delivery-filter.ts';
import { accountOption, applicationOption, environmentOption } from '../../parse/scope-options.ts';
import { readSecret, secretFileOption, secretOption } from '../../parse/secret.ts';
import type { SecretFlags } from '../../parse/secret.ts';
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
  'webhooks edit wh_01m8… --url https://hooks.example.com/new',
  'webhooks edit chat --account jdoe --application shop --secret-file new.txt --secret-overlap 1h',
);

/** The command. */
export function editCommand(cli: Cli) {
  return new Command('edit')
    .description('change what is said, leave the rest as it is')
    .argument('<webhook>', 'its id, or its name with --account and its scope')
    .addOption(accountOption())
    .addOption(applicationOption())
    .addOption(environmentOption())
    .addOption(nameOption())
    .addOption(eventOption())
    .addOption(webhookUrlOption())
    .addOption(secretOption().conflicts(['secretFile', 'removeSecret']))
    .addOption(secretFileOption().conflicts('removeSecret'))
    .option('--remove-secret', 'send unsigned from now on')
    .option(
      '--secret-overlap <time>',
      'how long the old secret signs beside the new one with standard (default: 24h)',
    )
    .addOption(signingOption())
    .addOption(tokenHeaderOption())
    .addOption(maxInFlightOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((target, options, command) =>
      withClient(cli, command, async ({ client, terminal, now }) => {
        const { name, event, url, signing, tokenHeader, maxInFlight, secretOverlap } = options;
        const secret = await newSecret(cli, options);
        const all = { name, event, url, signing, tokenHeader, maxInFlight, secretOverlap, secret };
        const body = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
        if (Object.keys(body).length === 0)
          throw usageError('Say what to change.', 'See: hooklane webhooks edit --help');
        const { id } = await findWebhook(client, target, options);
        const webhook = await client.updateWebhook({ params: { id }, body });
        if (options.json === true) printJson(terminal, webhook);
        else printWebhook(terminal, webhook, now());
        return EXIT.ok;
      }),
    );
}

/** undefined: as it is. The environment alone changes nothing: it may be set for another command. */
async function newSecret(
  cli: Cli,
  flags: SecretFlags & { removeSecret?: true | undefined },
): Promise<string | null | undefined> {
  if (flags.removeSecret === true) return null;
  return readSecret({ ...cli, env: {} }, flags);
}
