/** The store: everything that Hooklane keeps in Redis. Fulfils the ports of `delivery` and of the server. */
import type { AcceptedEvent, HooklaneError, LaneWake } from '@hooklane/core';
import { closeClient } from '@hooklane/redis';
import { Changes } from './changes.ts';
import { Audit } from './audit.ts';
import { Deliveries } from './deliveries.ts';
import { type DispatchResult, dispatch } from './dispatch.ts';
import { type Backlog, checkRedis, checkSecretKey, readBacklog } from './health.ts';
import { keysOf } from './keys.ts';
import { Lanes } from './lanes.ts';
import { Notices } from './notices.ts';
import { Notifications } from './notifications.ts';
import { Operations } from './operations.ts';
import { Redrives } from './redrives.ts';
import { type RekeyStep, rekeyStep } from './rekey.ts';
import { Sessions } from './sessions.ts';
import { type StoreOptions, createContext } from './store-context.ts';
import { Tokens } from './tokens.ts';
import { checkShards, watchShards } from './topology.ts';
import { type MemoryHooks, watchMemory } from './watch-memory.ts';
import { Webhooks } from './webhooks.ts';

/** The parts of the store. */
export interface Store {
  webhooks: Webhooks;
  deliveries: Deliveries;
  redrives: Redrives;
  lanes: Lanes;
  operations: Operations;
  sessions: Sessions;
  tokens: Tokens;
  changes: Changes;
  audit: Audit;
  notices: Notices;
  notifications: Notifications;
  /** How long events are kept, ms: never shorter than the retry schedule and a day. */
  retentionMs: number;
  /** Idempotent by event id. */
  dispatch(events: readonly AcceptedEvent[]): Promise<{ results: DispatchResult[]; wakes: LaneWake[] }>;
  checkRedis(): Promise<{ ok: boolean; version: string | null; problems: string[] }>;
  /** On the home shard: holds the number of shards against the one in Redis. Throws `shards_mismatch`. */
  checkShards(shards: number): Promise<void>;
  /** Looks every 2 s whether that number still holds; tells once. Returns the function that ends it. */
  watchShards(shards: number, onMismatch: (error: HooklaneError) => void): () => void;
  /** Throws `secret_key_mismatch`. */
  checkSecretKey(): Promise<void>;
  /** Seals secrets anew with the present key, step by step; `cursor` null begins. */
  rekeyStep(cursor: string | null): Promise<RekeyStep>;
  /** `maxAgeMs`: how old the counts of lanes may be; default 0. */
  readBacklog(maxAgeMs?: number): Promise<Backlog>;
  /** Drops index entries that retention has taken. */
  prune(): Promise<void>;
  /** Watches the memory of Redis. Returns the function that ends it. */
  watchMemory(hooks: MemoryHooks): () => void;
  /** Ends the connection, within 1 s. */
  close(): Promise<void>;
}

/** Opens the stores of all shards on one connection, which they own from then on. */
export function createStores(options: Omit<StoreOptions, 'shard'>, shards: number): Store[] {
  return Array.from({ length: shards }, (_, shard) => createStore({ ...options, shard }));
}

/** Opens the store on a connection that it owns from then on. */
export function createStore(options: StoreOptions): Store {
  const keys = keysOf(options.shard ?? 0);
  const context = createContext(options, keys);
  const webhooks = new Webhooks(context);
  const deliveries = new Deliveries(context);
  const notices = new Notices(context);
  return {
    webhooks,
    deliveries,
    redrives: new Redrives(context, deliveries),
    lanes: new Lanes(context),
    operations: new Operations(context),
    sessions: new Sessions(context),
    tokens: new Tokens(context),
    changes: new Changes(context),
    audit: new Audit(context),
    notices,
    notifications: new Notifications(context),
    retentionMs: context.retentionMs,
    dispatch: (events) => dispatch(context, events),
    checkRedis: () => checkRedis(context),
    checkShards: (shards) => checkShards(context, shards),
    watchShards: (shards, onMismatch) => watchShards(context, shards, onMismatch),
    checkSecretKey: () => checkSecretKey(context),
    rekeyStep: (cursor) => rekeyStep(context, cursor),
    readBacklog: (maxAgeMs) => readBacklog(context, maxAgeMs),
    watchMemory: (hooks) => watchMemory(context, hooks),
    async prune() {
      // The indexes of scopes are kept short by dispatch.
      const now = context.clock?.() ?? Date.now();
      const before = now - context.retentionMs;
      await context.call((redis) => redis.zremrangebyscore(keys.index, '-inf', before));
      await notices.prune(now);
    },
    close: () => closeClient(options.redis),
  };
}
