/** `hooklane webhooks list` */
import { Command } from '@commander-js/extra-typings';
import type { ApiWebhook, Client } from '@hooklane/client';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { getScope } from '../../find-webhook.ts';
import {
  accountOption,
  applicationOption,
  environmentOption,
  nameScope,
  needScope,
  scopeFlags,
  scopeOf,
} from '../../parse/scope-options.ts';
import type { OwnedScope, ScopeFlags } from '../../parse/scope-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { printJson } from '../../show/json.ts';
import { WEBHOOK_COLUMNS } from '../../show/webhooks.ts';
import { printTable } from '../../terminal/table.ts';

/** Scopes that are looked into for one list. */
const MAX_SCOPES = 500;

interface Found {
  scope: OwnedScope;
  enabled: boolean;
  webhooks: readonly ApiWebhook[];
}

/** The command. */
export function listCommand(cli: Cli) {
  return new Command('list')
    .description('webhooks of one scope, of an account, or all')
    .addOption(accountOption())
    .addOption(applicationOption())
    .addOption(environmentOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('webhooks list --account jdoe --application shop', 'webhooks list --json'))
    .action((options, command) =>
      withClient(cli, command, async ({ client, terminal }) => {
        const found = await collect(client, options);
        const webhooks = found.flatMap((one) => one.webhooks);
        if (options.json === true) printJson(terminal, { items: webhooks, more: false });
        else {
          printTable(terminal, WEBHOOK_COLUMNS, webhooks, 'There are no webhooks.');
          for (const { scope } of found.filter(({ enabled, webhooks: own }) => !enabled && own.length > 0)) {
            terminal.note(
              `The ${nameScope(scope)} is switched off: its webhooks hear nothing. ` +
                `Switch on with: hooklane scopes enable ${scopeFlags(scope)}`,
            );
          }
        }
        return EXIT.ok;
      }),
    );
}

async function collect(client: Client, flags: ScopeFlags): Promise<Found[]> {
  if (scopeOf(flags) !== null) return [await look(client, needScope(flags))];
  const found: Found[] = [];
  for await (const entry of client.listAll('listScopes', { account: flags.account, limit: 200 })) {
    if (entry.webhooks === 0) continue;
    found.push(await look(client, entry));
    if (found.length >= MAX_SCOPES) break;
  }
  return found;
}

async function look(client: Client, scope: OwnedScope): Promise<Found> {
  const { enabled, webhooks } = await getScope(client, scope);
  return { scope, enabled, webhooks };
}
