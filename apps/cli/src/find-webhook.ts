/** Webhooks by id or by Friendly Name. */
import type { ApiWebhook, Client } from '@hooklane/client';
import { nameKey } from '@hooklane/core';
import { CliError, usageError } from './cli-error.ts';
import { nameScope, scopeOf } from './parse/scope-options.ts';
import type { OwnedScope, ScopeFlags } from './parse/scope-options.ts';

/** The scope with its switch and its webhooks. */
export function getScope(client: Client, { account, scope }: OwnedScope) {
  const params = { account, name: scope.name };
  return scope.kind === 'application' ? client.getApplication({ params }) : client.getEnvironment({ params });
}

/** A webhook by its id, or by its name when the flags say in which scope. Throws `usage` or `not_found`. */
export async function findWebhook(client: Client, target: string, flags: ScopeFlags): Promise<ApiWebhook> {
  const scope = scopeOf(flags);
  if (scope === null || flags.account === undefined) {
    if (target.startsWith('wh_')) return client.getWebhook({ params: { id: target } });
    throw usageError(
      `${JSON.stringify(target)} is no id of a webhook (wh_…).`,
      'To name one by its Friendly Name, add --account and --application or --environment.',
    );
  }
  const owned = { account: flags.account, scope };
  const { webhooks } = await getScope(client, owned);
  const found = webhooks.find(({ id, name }) => id === target || nameKey(name) === nameKey(target));
  if (found !== undefined) return found;
  const names = webhooks.map(({ name }) => name).join(', ');
  throw new CliError('not_found', `The ${nameScope(owned)} has no webhook ${JSON.stringify(target)}.`, {
    hint: names === '' ? 'It has no webhooks.' : `It has: ${names}`,
  });
}
