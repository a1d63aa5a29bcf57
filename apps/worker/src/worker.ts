/** A worker: dispatch and lanes, wired together. */
import { randomInt } from 'node:crypto';
import { type LanePool, formatDuration, lapseMs } from '@hooklane/core';
import {
  DEFAULT_BREAKER_POLICY,
  type DispatchDeps,
  LaneRunner,
  type LaneRunnerOptions,
  dispatchEvents,
} from '@hooklane/delivery';
import {
  type QueueConnection,
  type RunningWorker,
  type Wakes,
  closeIntake,
  connectQueues,
  openWakes,
  runEventWorker,
  runHousekeeping,
  runLaneWorker,
  runRedriveWorker,
} from '@hooklane/queue';
import {
  type Logger,
  type Metrics,
  type Settings,
  type Tracing,
  logQuietly,
  nextTraceparent,
} from '@hooklane/runtime';
import { type Store, connectStore, createSecretBox, createStore, memorySentence } from '@hooklane/store';
import { createTransport } from '@hooklane/transport';
import { startBeat } from './beat.ts';
import { type Hooks, observe, showGauges } from './observe.ts';
import { redrive } from './redrive.ts';
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

const EVENT_JOBS_AT_ONCE = 16;
const SLICE_MS = 2000;
const POLL_MS = 100;
const RENEW_MS = 2000;

/** Starts a worker. Throws `secret_key_mismatch`; waits for a Redis that is not there yet. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { settings, logger, metrics, tracing } = options;
  const onError = logQuietly(logger);
  const store = openStore(options, onError);
  await store.checkSecretKey();
  const queues = connectQueues({ redisUrl: settings.redisUrl, role: 'worker', onError });
  const wakes = openWakes(queues);
  const { requestTimeoutMs, allowedNetworks, allowedPorts } = settings;
  const transport = createTransport({ requestTimeoutMs, allowedNetworks, allowedPorts });
  const hooks = observe(logger, metrics, tracing);
  const runner = new LaneRunner({
    lanes: store.lanes,
    wakes,
    deadLetters: wakes,
    notices: store.notices,
    sender: transport,
    ...laneSettings(settings),
    nextSpan: (parent) => nextTraceparent(parent, tracing !== null),
    ...hooks.lane,
  });
  showGauges({ settings, metrics, store, queues, runner });
  const workers = runQueues({ options, store, queues, wakes, runner, hooks });
  if (store.retentionMs > settings.retentionMs) {
    const used = formatDuration(store.retentionMs);
    logger.warn(
      { used },
      'HOOKLANE_RETENTION is shorter than the retry schedule and a day; the longer time is used',
    );
  }
  const load = () => ({ lanesRunning: runner.running, triesInFlight: runner.inFlight });
  const endWatch = store.watchMemory({
    onChange: (report) => {
      const { level } = report;
      logger[level === 'ok' ? 'info' : 'warn'](report, memorySentence(report) ?? 'Redis has room again');
    },
    onRefuse: (report) => closeIntake(queues, memorySentence(report) ?? ''),
  });
  const endBeat = startBeat({ operations: store.operations, load });
  return {
    ready: () => store.checkRedis(),
    async stop() {
      endWatch();
      await endBeat();
      await Promise.all(workers.map((worker) => worker.pause()));
      await runner.stop(settings.graceMs);
      await Promise.all(workers.map((worker) => worker.close(2000)));
    },
    async close() {
      await transport.close();
      await queues.close();
      await store.close();
    },
  };
}

function openStore({ settings, secretKey, metrics }: WorkerOptions, onError: (error: Error) => void): Store {
  return createStore({
    redis: connectStore({ redisUrl: settings.redisUrl, role: 'worker', onError }),
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
  });
}

/** What lane runs take from settings and constants. */
function laneSettings(settings: Settings) {
  return {
    policy: settings.retryPolicy,
    breaker: { ...DEFAULT_BREAKER_POLICY, faults: settings.breakerFaults, spanMs: settings.breakerSpanMs },
    userAgent: `Hooklane/${VERSION}`,
    now: Date.now,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    sliceMs: SLICE_MS,
    pollMs: POLL_MS,
    renewMs: RENEW_MS,
    slowRuns: settings.slowLaneSlots,
    disableAfterMs: settings.disableAfterMs,
  } satisfies Partial<LaneRunnerOptions>;
}

interface Parts {
  options: WorkerOptions;
  store: Store;
  queues: QueueConnection;
  wakes: Wakes;
  runner: LaneRunner;
  hooks: Hooks;
}

/** One worker per queue; `dead-letters` has none of ours. */
function runQueues({ options, store, queues, wakes, runner, hooks }: Parts): RunningWorker[] {
  const { settings, logger, metrics } = options;
  const dispatch: DispatchDeps = { events: store, wakes, onDispatched: hooks.onDispatched };
  const runPool = (pool: LanePool, concurrency: number): RunningWorker =>
    runLaneWorker(queues, {
      pool,
      concurrency,
      handle: async (hint) => {
        metrics.laneRunStarted(pool);
        await runner.run(hint, pool).finally(() => metrics.laneRunEnded(pool));
      },
    });
  return [
    runEventWorker(queues, {
      concurrency: EVENT_JOBS_AT_ONCE,
      handle: (events) => dispatchEvents(dispatch, events),
      onBadJob: hooks.onBadJob,
    }),
    runPool('lanes', settings.laneSlots),
    runPool('slow-lanes', settings.slowLaneSlots),
    runRedriveWorker(queues, {
      concurrency: 1,
      handle: (id) => redrive({ redrives: store.redrives, wakes, logger, metrics }, id),
    }),
    runHousekeeping(queues, {
      async sweep() {
        const late = await store.lanes.sweep();
        metrics.sweepWoke(late.length);
        await wakes.wake(late);
      },
      prune: () => store.prune(),
    }),
  ];
}
