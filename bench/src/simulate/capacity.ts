/** Beyond the machine that was measured: how many workers and Redis nodes a load needs, and what an outage leaves in Redis. */
import { latencySummary } from '../statistics.ts';
import type { Costs } from './steps.ts';
import { simulate } from './simulate.ts';
import type { Outcome } from './simulate.ts';

/** A load and what it needs: totals of all shards. */
export interface Need {
  deliveriesPerSec: number;
  workers: number;
  shards: number;
  /** Processor time per delivery at this load, µs. */
  workerCpu: number;
  redisCpu: number;
  /** ms from emit to receipt, of the simulation: without networks and pauses. */
  p50: number;
  p99: number;
}

/** Bytes in Redis, as `packages/store/src/memory.test.ts` measures them. */
export interface MemoryFigures {
  event: number;
  waiting: number;
  delivered: number;
}

/** How busy a core may be on average: what is left is for bursts, for sweeps and for the failure of one of them. */
export const MOST_BUSY = 0.7;
const FAN_OUT = 10;
/** Each webhook gets one delivery per second on average. */
const WEBHOOKS_PER_RATE = 1;
/** Each process has a core of its own. */
const OWN_CORES = { cores: Infinity, share: 1 };
const EVENTS = 2000;
const MOST_SHARDS = 1000;

/** A steady load on one shard. */
export function steadyLoad(costs: Costs, deliveriesPerSec: number, workers: number): Outcome {
  const rate = deliveriesPerSec / FAN_OUT;
  // Long enough for a queue that grows to be seen, and for each webhook to be met.
  const events = Math.round(Math.max(EVENTS, rate));
  const webhooks = FAN_OUT * Math.max(1, Math.round((deliveriesPerSec * WEBHOOKS_PER_RATE) / FAN_OUT));
  return simulate({ costs, machine: OWN_CORES, workers, fanOut: FAN_OUT, webhooks, events, rate });
}

/**
 * The fewest shards, and workers for each of them, with which no core is busier than {@link MOST_BUSY}, at the costs that
 * the load itself brings about. Shards do not know of each other, so one of them is simulated with its share of the load.
 */
export function needFor(costs: Costs, deliveriesPerSec: number): Need {
  for (let shards = 1; shards <= MOST_SHARDS; shards = Math.ceil(shards * 1.1)) {
    const load = deliveriesPerSec / shards;
    const workers = workersFor(costs, load);
    if (workers === null) continue;
    const { latencies, workerCpu, redisCpu } = steadyLoad(costs, load, workers);
    const { p50, p99 } = latencySummary(latencies);
    return { deliveriesPerSec, workers: workers * shards, shards, workerCpu, redisCpu, p50, p99 };
  }
  throw new RangeError(`${MOST_SHARDS} shards are not enough for ${deliveriesPerSec} deliveries per second.`);
}

/** For one shard; null: its Redis would be too busy. */
function workersFor(costs: Costs, load: number): number | null {
  for (let workers = 1; ;) {
    const { workerCpu, redisCpu } = steadyLoad(costs, load, workers);
    const needed = (cpu: number): number => Math.ceil((load * cpu) / 1e6 / MOST_BUSY);
    if (needed(redisCpu) > 1) return null;
    if (needed(workerCpu) <= workers) return workers;
    // Batches grow smaller with more of them, so costs rise: never go back.
    workers = Math.max(workers + 1, needed(workerCpu));
  }
}

const DAY_SEC = 86_400;

/** Bytes in all Redis nodes together. */
export interface MemoryNeed {
  /** Events and logs of the retention, if everything is delivered. */
  kept: number;
  /** What a share of the endpoints is owed after a day without them, beyond that. */
  owed: number;
}

/** `share`: of the endpoints that are down for a day, 0 to 1. `days`: `HOOKLANE_RETENTION`. */
export function memoryFor(
  figures: MemoryFigures,
  { deliveriesPerSec, days, share }: { deliveriesPerSec: number; days: number; share: number },
): MemoryNeed {
  const deliveries = deliveriesPerSec * DAY_SEC;
  return {
    kept: deliveries * days * (figures.event / FAN_OUT + figures.delivered),
    owed: deliveries * share * Math.max(0, figures.waiting),
  };
}
