/** Serves one shard: its queues, its lanes, its rounds of housekeeping. */
import type { LanePool } from '@hooklane/core';
import {
  type DispatchDeps,
  MergedDispatch,
  LaneRunner,
  type LaneRunnerOptions,
  dispatchEvents,
} from '@hooklane/delivery';
import {
  type LaneHint,
  type QueueConnection,
  type RunningWorker,
  type Wakes,
  closeIntake,
  openWakes,
  runEventWorker,
  runHousekeeping,
  runLaneWorker,
  runRedriveWorker,
} from '@hooklane/queue';
import type { Logger, Metrics, Settings } from '@hooklane/runtime';
import { type Store, memorySentence } from '@hooklane/store';
import type { Hooks } from './observe.ts';
import { LaneSlots } from './lane-slots.ts';
import { passOn } from './pass-on.ts';
import { redrive } from './redrive.ts';
import { WakeHere } from './wake-here.ts';

/** What serving a shard needs. */
export interface ShardParts {
  settings: Pick<Settings, 'shards'>;
  logger: Logger;
  metrics: Metrics;
  hooks: Hooks;
  store: Store;
  queues: QueueConnection;
  /** What all shards have in common. */
  lane: Omit<LaneRunnerOptions, 'lanes' | 'wakes' | 'deadLetters' | 'notices' | 'slowRuns'>;
  /** The share of this shard. */
  slots: { lanes: number; slowLanes: number; eventJobs: number };
}

/** A shard that is served. */
export interface ServedShard {
  runner: Pick<LaneRunner, 'running' | 'inFlight' | 'window'>;
  /** Takes nothing new; what is in flight has the grace time. */
  stop: (graceMs: number) => Promise<void>;
}

const CLOCK_WENT_BACK = "Redis's clock went back; what is due later was brought back by as much";

/** How long the queues have to close after the lanes, ms. */
const CLOSE_MS = 2000;

/** Begins to serve. */
export function serveShard(parts: ShardParts): ServedShard {
  const { store, queues, slots, logger } = parts;
  const wakes = openWakes(queues);
  const laneSlots = new LaneSlots(slots.lanes);
  const runner = new LaneRunner({
    ...parts.lane,
    slotQueue: {
      get waiting() {
        return wakesHere.waiting;
      },
      comeBack: (wake) => wakesHere.comeBack(wake),
    },
    gatherMs: () => laneSlots.gatherMs,
    lanes: store.lanes,
    wakes,
    deadLetters: wakes,
    notices: store.notices,
    slowRuns: slots.slowLanes,
  });
  const { workers, wakesHere } = runQueues(parts, { wakes, runner, laneSlots });
  const endWatch = store.watchMemory({
    onChange: (report) => {
      const { level } = report;
      logger[level === 'ok' ? 'info' : 'warn'](report, memorySentence(report) ?? 'Redis has room again');
    },
    onRefuse: (report) => closeIntake(queues, memorySentence(report) ?? ''),
  });
  return {
    runner,
    async stop(graceMs) {
      endWatch();
      laneSlots.close();
      await Promise.all([wakesHere.close(), ...workers.map((worker) => worker.pause())]);
      await runner.stop(graceMs);
      await Promise.all(workers.map((worker) => worker.close(CLOSE_MS)));
    },
  };
}

/** One worker per queue; `dead-letters` has none of ours. */
function runQueues(
  parts: ShardParts,
  { wakes, runner, laneSlots }: { wakes: Wakes; runner: LaneRunner; laneSlots: LaneSlots },
): { workers: RunningWorker[]; wakesHere: WakeHere } {
  const { store, queues, slots, logger, metrics } = parts;
  const run = (hint: LaneHint, pool: LanePool): Promise<void> => {
    metrics.laneRunStarted(pool);
    return runner.run(hint, pool).finally(() => metrics.laneRunEnded(pool));
  };
  const runPool = (pool: LanePool, concurrency: number): RunningWorker =>
    runLaneWorker(queues, { pool, concurrency, handle: (hint) => run(hint, pool) });
  const lanes = runPool('lanes', slots.lanes);
  laneSlots.share(lanes);
  const wakesHere = new WakeHere({
    wakes,
    enter: () => laneSlots.enter(),
    run: (hint) => run(hint, 'lanes'),
    onError: queues.report,
  });
  const workers = [
    runEvents(parts, wakesHere),
    lanes,
    runPool('slow-lanes', slots.slowLanes),
    runRedriveWorker(queues, {
      concurrency: 1,
      handle: (id) => redrive({ redrives: store.redrives, wakes, logger, metrics }, id),
    }),
    runHousekeeping(queues, {
      async sweep() {
        const backMs = await store.lanes.followClock();
        if (backMs > 0) logger.warn({ backMs }, CLOCK_WENT_BACK);
        const late = await store.lanes.sweep();
        metrics.sweepWoke(late.length);
        await wakes.wake(late);
      },
      prune: () => store.prune(),
    }),
  ];
  return { workers, wakesHere };
}

function runEvents(
  { settings, store, queues, hooks, slots, metrics }: ShardParts,
  wakes: DispatchDeps['wakes'],
): RunningWorker {
  const merged = new MergedDispatch(store);
  const dispatch: DispatchDeps = { events: merged, wakes, onDispatched: hooks.onDispatched };
  return runEventWorker(queues, {
    concurrency: slots.eventJobs,
    handle: passOn({
      queues,
      shards: settings.shards,
      dispatch: (events) => dispatchEvents(dispatch, events),
      onPassedOn: (events) => metrics.eventsPassedOn(events),
    }),
    onBadJob: hooks.onBadJob,
  });
}
