/** Webhooks and scopes over all shards. */
import { type NamedScope, type Webhooks, byName } from '../webhooks.ts';
import type { ShardMap } from './shard-map.ts';

/** The calls of {@link Webhooks}. */
export function shardedWebhooks(map: ShardMap): Pick<Webhooks, keyof Webhooks> {
  const onItsShard = async <T>(
    id: string,
    ask: (webhooks: Webhooks) => Promise<T | null>,
  ): Promise<T | null> => {
    const shard = await map.locate(id);
    return shard === null ? null : ask(map.at(shard).webhooks);
  };
  return {
    async createWebhook(input) {
      const webhook = await map.of(input.account).webhooks.createWebhook(input);
      map.remember(webhook.id, webhook.account);
      return webhook;
    },
    getWebhook: (id) => onItsShard(id, (webhooks) => webhooks.getWebhook(id)),
    hasWebhook: async (id) => (await map.locate(id)) !== null,
    async getNames(ids) {
      const groups = await map.groupByShard(ids, (id) => id);
      const names = new Map<string, string | null>();
      await Promise.all(
        [...groups].map(async ([shard, some]) => {
          const found = await map.at(shard).webhooks.getNames(some);
          some.forEach((id, i) => names.set(id, found[i] ?? names.get(id) ?? null));
        }),
      );
      return ids.map((id) => names.get(id) ?? null);
    },
    updateWebhook: (id, patch) => onItsShard(id, (webhooks) => webhooks.updateWebhook(id, patch)),
    deleteWebhook: (id) => onItsShard(id, (webhooks) => webhooks.deleteWebhook(id)),
    getScope: async (account, scope) => {
      const found = await map.of(account).webhooks.getScope(account, scope);
      for (const webhook of found.webhooks) map.remember(webhook.id, webhook.account);
      return found;
    },
    setScopeEnabled: (account, scope, enabled) =>
      map.of(account).webhooks.setScopeEnabled(account, scope, enabled),
    async listScopes(filter) {
      if (filter.account !== undefined) return map.of(filter.account).webhooks.listScopes(filter);
      const lists = await map.all((store) => store.webhooks.listScopes(filter));
      return lists.flat().toSorted((a: NamedScope, b: NamedScope) => byName(a, b));
    },
  };
}
