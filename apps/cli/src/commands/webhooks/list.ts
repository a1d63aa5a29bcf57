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

/** More are not told in one list. */
const MAX_WEBHOOKS = 10_000;
const PAGE = 200;

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
        if (scopeOf(options) !== null) needScope(options);
        const { items, more } = await collect(client, options);
        if (options.json === true) printJson(terminal, { items, more });
        else {
          printTable(terminal, WEBHOOK_COLUMNS, items, 'There are no webhooks.');
          for (const scope of await findSwitchedOff(client, options)) {
            terminal.note(
              `The ${nameScope(scope)} is switched off: its webhooks hear nothing. ` +
                `Switch on with: hooklane scopes enable ${scopeFlags(scope)}`,
            );
          }
        }
        if (more) terminal.note(`There are more than the ${items.length} shown: name an account or a scope.`);
        return EXIT.ok;
      }),
    );
}

async function collect(
  client: Client,
  { account, application, environment }: ScopeFlags,
): Promise<{ items: ApiWebhook[]; more: boolean }> {
  const items: ApiWebhook[] = [];
  const query = { account, application, environment, limit: PAGE };
  for await (const webhook of client.listAll('listWebhooks', query)) {
    if (items.length >= MAX_WEBHOOKS) return { items, more: true };
    items.push(webhook);
  }
  return { items, more: false };
}

/** Those of the scopes that have a webhook. */
async function findSwitchedOff(client: Client, flags: ScopeFlags): Promise<OwnedScope[]> {
  if (scopeOf(flags) !== null) {
    const one = needScope(flags);
    const { enabled, webhooks } = await getScope(client, one);
    return enabled || webhooks.length === 0 ? [] : [one];
  }
  const off: OwnedScope[] = [];
  for await (const entry of client.listAll('listScopes', { account: flags.account, limit: PAGE })) {
    if (!entry.enabled && entry.webhooks > 0) off.push(entry);
  }
  return off;
}
