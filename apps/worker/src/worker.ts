/** A worker: dispatch and lanes of the shards that it serves, wired together. */
import { HOME_SHARD, type HooklaneError, formatDuration, lapseMs } from '@hooklane/core';
import { DEFAULT_BREAKER_POLICY } from '@hooklane/delivery';
import { connectQueues } from '@hooklane/queue';
import {
  type Logger,
  type Metrics,
  type Settings,
  type Tracing,
  logQuietly,
  nextTraceparent,
} from '@hooklane/runtime';
import { type Store, connectStore, createSecretBox, createStores } from '@hooklane/store';
import { createTransport } from '@hooklane/transport';
import { startBeat } from './beat.ts';
import { observe, showGauges } from './observe.ts';
import { type ServedShard, type ShardParts, serveShard } from './serve-shard.ts';
import { TryGate } from './try-gate.ts';
import { shareSlots } from './slots.ts';
import { VERSION } from './version.ts';

/** What a worker is made from. */
export interface WorkerOptions {
  settings: Settings;
  /** 32 bytes. */
  secretKey: Uint8Array;
  logger: Logger;
  metrics: Metrics;
  /** null: nobody asked for spans. */
  tracing: Tracing | null;
  /** The number of shards is being changed: this worker must end. Called once. */
  onShardsChanged: (error: HooklaneError) => void;
}

/** A running worker. */
export interface Worker {
  /** Whether it can do its work. */
  ready: () => Promise<{ ok: boolean; problems: string[] }>;
  /** Takes nothing new; what is in flight has the grace time. */
  stop: () => Promise<void>;
  /** Ends all connections. */
  close: () => Promise<void>;
}

/** Over all shards; one shard alone has as many. */
const EVENT_JOBS_AT_ONCE = 16;
const LEAST_EVENT_JOBS = 4;
const SLICE_MS = 2000;
const POLL_MS = 100;
const RENEW_MS = 2000;

/** Starts a worker. Throws `shards_mismatch`, `secret_key_mismatch`; waits for a Redis that is not there yet. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { settings, logger } = options;
  const onError = logQuietly(logger);
  const stores = openStores(options, onError);
  const home = stores[HOME_SHARD] as Store;
  await home.checkShards(settings.shards);
  await home.checkSecretKey();
  const queues = connectQueues({
    redis: settings.redis,
    role: 'worker',
    replicas: settings.redisReplicas,
    onError,
  });
  const allQueues = stores.map((_, shard) => (shard === HOME_SHARD ? queues : queues.onShard(shard)));
  const { requestTimeoutMs, allowedNetworks, allowedPorts } = settings;
  const transport = createTransport({ requestTimeoutMs, allowedNetworks, allowedPorts });
  const tryLimit = new TryGate();
  const served = serveAll(options, (shard) => ({
    store: stores[shard] as Store,
    queues: allQueues[shard] as typeof queues,
    sender: transport,
    tryLimit,
  }));
  const load = () => loadOf(served);
  showGauges({ settings, metrics: options.metrics, stores, queues: allQueues, load });
  warnOfRetention(home, settings, logger);
  const endShardWatch = home.watchShards(settings.shards, options.onShardsChanged);
  const endBeat = startBeat({ operations: home.operations, load, shards: settings.workerShards });
  return {
    ready: () => readiness(settings.workerShards.map((shard) => stores[shard] as Store)),
    async stop() {
      endShardWatch();
      await Promise.all(served.map((shard) => shard.stop(settings.graceMs)));
      tryLimit.close();
      // Last: who sees no sign of life may count on it that nothing more is written.
      await endBeat();
    },
    async close() {
      await transport.close();
      await queues.close();
      await home.close();
    },
  };
}

function openStores(
  { settings, secretKey, metrics }: WorkerOptions,
  onError: (error: Error) => void,
): Store[] {
  const options = {
    redis: connectStore({ redis: settings.redis, role: 'worker', onError }),
    secrets: createSecretBox(
      secretKey,
      settings.otherSecretKeys.map((text) => Buffer.from(text, 'base64')),
    ),
    retentionMs: settings.retentionMs,
    requestTimeoutMs: settings.requestTimeoutMs,
    lapseMs: lapseMs(settings.retryPolicy),
    onCall: (call) => metrics.redisCall(call),
    disableAfterMs: settings.disableAfterMs,
    budgetBytes: settings.redisBudgetBytes,
  } satisfies Parameters<typeof createStores>[0];
  return createStores(options, settings.shards);
}

/** What is of one shard. */
type OneShard = Pick<ShardParts, 'store' | 'queues'> &
  Required<Pick<ShardParts['lane'], 'sender' | 'tryLimit'>>;

/** The slots are shared out, so that their sum is what the settings say. */
function serveAll(options: WorkerOptions, partsOf: (shard: number) => OneShard): ServedShard[] {
  const { settings, logger, metrics, tracing } = options;
  const { workerShards } = settings;
  const hooks = observe(logger, metrics, tracing);
  const lanes = shareSlots(settings.laneSlots, workerShards.length);
  const slowLanes = shareSlots(settings.slowLaneSlots, workerShards.length);
  const eventJobs = shareSlots(EVENT_JOBS_AT_ONCE, workerShards.length);
  const nextSpan: ShardParts['lane']['nextSpan'] = (parent) => nextTraceparent(parent, tracing !== null);
  return workerShards.map((shard, i) => {
    const { store, queues, sender, tryLimit } = partsOf(shard);
    return serveShard({
      settings,
      logger,
      metrics,
      hooks,
      store,
      queues,
      lane: { sender, tryLimit, ...laneSettings(settings), nextSpan, ...hooks.lane },
      slots: {
        lanes: lanes[i] ?? 1,
        slowLanes: slowLanes[i] ?? 1,
        eventJobs: Math.max(LEAST_EVENT_JOBS, eventJobs[i] ?? 1),
      },
    });
  });
}

/** What lane runs take from settings and constants. */
function laneSettings(settings: Settings) {
  return {
    policy: settings.retryPolicy,
    breaker: { ...DEFAULT_BREAKER_POLICY, faults: settings.breakerFaults, spanMs: settings.breakerSpanMs },
    userAgent: `Hooklane/${VERSION}`,
    now: Date.now,
    random: Math.random,
    sliceMs: SLICE_MS,
    pollMs: POLL_MS,
    renewMs: RENEW_MS,
    disableAfterMs: settings.disableAfterMs,
  } satisfies Partial<ShardParts['lane']>;
}

function loadOf(served: readonly ServedShard[]) {
  const sum = (field: keyof ServedShard['runner']): number =>
    served.reduce((total, { runner }) => total + runner[field], 0);
  return { lanesRunning: sum('running'), triesInFlight: sum('inFlight'), window: sum('window') };
}

/** Of the shards that this worker serves. Shards of one Redis have the same problems: each is told once. */
async function readiness(stores: readonly Store[]): Promise<{ ok: boolean; problems: string[] }> {
  const all = await Promise.all(stores.map((store) => store.checkRedis()));
  return { ok: all.every(({ ok }) => ok), problems: [...new Set(all.flatMap(({ problems }) => problems))] };
}

function warnOfRetention({ retentionMs }: Store, settings: Settings, logger: Logger): void {
  if (retentionMs <= settings.retentionMs) return;
  const used = formatDuration(retentionMs);
  logger.warn(
    { used },
    'HOOKLANE_RETENTION is shorter than the retry schedule and a day; the longer time is used',
  );
}
