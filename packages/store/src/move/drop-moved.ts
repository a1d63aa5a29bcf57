/** Removes from a shard what belongs to another one. */
import { shardOf } from '@hooklane/core';
import type { StoreContext } from '../store-context.ts';
import type { CopyHooks } from './copy-shard.ts';
import { Owners } from './key-owners.ts';
import { scanMembers, scanShard, sharedKeys } from './scan-shard.ts';

/**
 * Removes all that is not of an account of this shard, by a number of shards. May be repeated, also after a stop in the
 * middle: what tells whose something is goes last.
 */
export async function dropMoved(
  context: StoreContext,
  { shard, shards }: { shard: number; shards: number },
  hooks: CopyHooks,
): Promise<void> {
  const isForeign = (account: string | null): boolean =>
    account !== null && shardOf(account, shards) !== shard;
  await dropMembers(context, isForeign, hooks);
  // Groups of dead letters, lanes and histories are found by webhooks and events.
  for (const turn of ['by-another', 'by-itself'] as const) {
    for await (const page of scanShard(context, turn)) {
      const keys = page.owned.filter(({ account }) => isForeign(account)).map(({ key }) => key);
      if (keys.length > 0) await context.redis.unlink(...keys);
      hooks.onStep({ looked: page.looked, copied: keys.length });
    }
  }
}

async function dropMembers(
  context: StoreContext,
  isForeign: (account: string | null) => boolean,
  hooks: CopyHooks,
): Promise<void> {
  const owners = new Owners(context);
  for (const one of sharedKeys(context)) {
    for await (const members of scanMembers(context, one)) {
      const accounts = await Promise.all(members.map(([member]) => owners.of(one.rule.owner, member)));
      const foreign = members.flatMap(([member], i) => (isForeign(accounts[i] ?? null) ? [member] : []));
      if (foreign.length === 0) continue;
      if (one.rule.type === 'set') await context.redis.srem(one.key, ...foreign);
      else await context.redis.zrem(one.key, ...foreign);
      hooks.onStep({ looked: 0, copied: foreign.length });
    }
  }
}
