/** The ports of the server on a real Redis. */
import { HOME_SHARD, type HooklaneError, lapseMs } from '@hooklane/core';
import { createProducer } from '@hooklane/producer';
import { closeIntake, connectQueues, openShardedWakes, readAllDepths } from '@hooklane/queue';
import type { QueueConnection } from '@hooklane/queue';
import type { Backlog, Settings } from '@hooklane/runtime';
import {
  type RedisCall,
  type Store,
  connectStore,
  createSecretBox,
  createShardedStore,
  createStores,
  memorySentence,
} from '@hooklane/store';
import { createUrlCheck } from '@hooklane/transport';
import type { Ports } from './ports.ts';

/** What a connection needs. */
export interface ConnectOptions {
  settings: Pick<Settings, 'redis' | 'allowedNetworks' | 'retentionMs' | 'requestTimeoutMs' | 'retryPolicy'> &
    Partial<
      Pick<
        Settings,
        | 'allowedPorts'
        | 'auditRetentionMs'
        | 'otherSecretKeys'
        | 'redisBudgetBytes'
        | 'redisReplicas'
        | 'shards'
      >
    >;
  /** 32 bytes. */
  secretKey: Uint8Array;
  /** Called for every connection error. */
  onError: (error: Error) => void;
  /** Called for every call of Redis, for metrics. */
  onCall?: (call: RedisCall) => void;
}

/** Ports with open connections. */
export interface ConnectedPorts {
  ports: Ports;
  /** Holds the number of shards against the one in Redis. Throws `shards_mismatch`, `redis_unavailable`. */
  checkShards(): Promise<void>;
  /** Tells once when that number is being changed: this server must end. */
  watchShards(onMismatch: (error: HooklaneError) => void): void;
  /** What a scrape shows of Redis. */
  readGauges(): Promise<Backlog>;
  /** Waits for events on their way, then disconnects. */
  close(): Promise<void>;
}

/** Counting lanes costs Redis up to a few ms; all programs that are scraped share one count of this age. */
const GAUGES_MAX_AGE_MS = 5000;

/** Connects in the background: a Redis that is away makes calls fail, not this. Throws `invalid_setting`. */
export function connectPorts(options: ConnectOptions): ConnectedPorts {
  const { settings, onError } = options;
  const { redis, shards = 1 } = settings;
  const checkUrl = createUrlCheck(settings);
  const stores = openStores(options, shards);
  const home = stores[HOME_SHARD] as Store;
  const connection = connectQueues({ redis, role: 'producer', onError });
  const queues = stores.map((_, shard) => (shard === HOME_SHARD ? connection : connection.onShard(shard)));
  const endings = watchMemory(stores, queues);
  const producer = createProducer({ redis, shards, keepOrder: true, replicas: settings.redisReplicas ?? 0 });
  const store = createShardedStore(stores);
  const { webhooks, deliveries, redrives, operations, sessions, tokens, changes, audit } = store;
  return {
    ports: {
      webhooks,
      deliveries,
      redrives,
      operations,
      sessions,
      tokens,
      changes,
      audit,
      events: producer,
      wakes: openShardedWakes(queues, (webhookId) => store.locate(webhookId)),
      health: store,
      notices: store.notices,
      notifications: store.notifications,
      checks: {
        shards,
        readEventQueue: async () => (await readAllDepths(queues)).events,
        checkSecretKey: () => store.checkSecretKey(),
        rekeyStep: (cursor) => store.rekeyStep(cursor),
      },
      checkUrl,
    },
    checkShards: () => home.checkShards(shards),
    watchShards: (onMismatch) => void endings.push(home.watchShards(shards, onMismatch)),
    async readGauges() {
      const [backlog, depths, report] = await Promise.all([
        store.readBacklog(GAUGES_MAX_AGE_MS),
        readAllDepths(queues),
        store.operations.reportRedis(),
      ]);
      return { ...backlog, queues: depths, redis: report };
    },
    async close() {
      for (const end of endings) end();
      await producer.close();
      await Promise.all([connection.close(), home.close()]);
    },
  };
}

/** One connection for all. */
function openStores({ settings, secretKey, onError, onCall }: ConnectOptions, shards: number): Store[] {
  const options = {
    redis: connectStore({ redis: settings.redis, role: 'server', onError }),
    secrets: createSecretBox(
      secretKey,
      settings.otherSecretKeys?.map((text) => Buffer.from(text, 'base64')),
    ),
    retentionMs: settings.retentionMs,
    ...(settings.auditRetentionMs === undefined ? {} : { auditRetentionMs: settings.auditRetentionMs }),
    requestTimeoutMs: settings.requestTimeoutMs,
    lapseMs: lapseMs(settings.retryPolicy),
    budgetBytes: settings.redisBudgetBytes ?? 0,
    ...(onCall ? { onCall } : {}),
  };
  return createStores(options, shards);
}

/** The functions that end it. */
function watchMemory(stores: readonly Store[], queues: readonly QueueConnection[]): (() => void)[] {
  return stores.map((store, shard) =>
    store.watchMemory({
      onChange: () => undefined,
      onRefuse: (report) => closeIntake(queues[shard] as QueueConnection, memorySentence(report) ?? ''),
    }),
  );
}
