/**
 * All shards as one store, for servers: what is of one account goes to its shard alone; what has only an id is looked for
 * on all of them at once; lists are merged, figures added up. What belongs to no account is on the home shard.
 */
import type { Store } from '../create-store.ts';
import { checkAll, rekeyAll, sumBacklogs } from './sharded-health.ts';
import { shardedChanges } from './sharded-changes.ts';
import { type DeliveryCalls, shardedDeliveries } from './sharded-deliveries.ts';
import { shardedNotices, shardedNotifications } from './sharded-notices.ts';
import { shardedOperations } from './sharded-operations.ts';
import { shardedRedrives } from './sharded-redrives.ts';
import { shardedWebhooks } from './sharded-webhooks.ts';
import { ShardMap } from './shard-map.ts';

/** What servers need of all shards. */
export interface ShardedStore extends Pick<
  Store,
  'sessions' | 'tokens' | 'audit' | 'checkRedis' | 'checkSecretKey' | 'rekeyStep' | 'readBacklog'
> {
  webhooks: ReturnType<typeof shardedWebhooks>;
  deliveries: DeliveryCalls;
  redrives: ReturnType<typeof shardedRedrives>;
  operations: ReturnType<typeof shardedOperations>;
  changes: ReturnType<typeof shardedChanges>;
  notices: ReturnType<typeof shardedNotices>;
  notifications: ReturnType<typeof shardedNotifications>;
  /** The shard of a webhook; null: there is no such webhook. */
  locate(webhookId: string): Promise<number | null>;
}

/** The stores of all shards as one. A single shard is that one itself, and costs nothing more. */
export function createShardedStore(stores: readonly Store[]): ShardedStore {
  const map = new ShardMap(stores);
  const { home } = map;
  if (stores.length === 1) return { ...home, locate: () => Promise.resolve(0) };
  return {
    webhooks: shardedWebhooks(map),
    deliveries: shardedDeliveries(map),
    redrives: shardedRedrives(map),
    operations: shardedOperations(map),
    changes: shardedChanges(map),
    notices: shardedNotices(map),
    notifications: shardedNotifications(map),
    sessions: home.sessions,
    tokens: home.tokens,
    audit: home.audit,
    checkRedis: () => checkAll(map),
    checkSecretKey: () => home.checkSecretKey(),
    rekeyStep: (cursor) => rekeyAll(map, cursor),
    readBacklog: async (maxAgeMs) => sumBacklogs(await map.all((store) => store.readBacklog(maxAgeMs))),
    locate: (webhookId) => map.locate(webhookId),
  };
}
