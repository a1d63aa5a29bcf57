/** What a worker does beside single tries: runs of lanes, bulk actions, what it found wrong. */
import type { LanePool } from '@hooklane/core';
import { Counter, Gauge } from '@prometheus-io/client';
import type { Registry } from '@prometheus-io/client';
import { countBy } from './count-by.ts';

/** How busy a worker is. */
export interface WorkerLoad {
  /** HTTP tries that wait for an answer. */
  triesInFlight: number;
  /** Tries that the lanes that run now may have in flight. */
  window: number;
}

/** What is counted of a worker. */
export interface WorkerMetrics {
  /** `hooklane_lane_runs_total{pool}`, and up by one in `hooklane_lanes_running{pool}`. */
  laneRunStarted(pool: LanePool): void;
  /** Down by one in `hooklane_lanes_running{pool}`. */
  laneRunEnded(pool: LanePool): void;
  /** `hooklane_lane_slots{pool}`: lanes that this worker may run at once. */
  setLaneSlots(pool: LanePool, slots: number): void;
  /**
   * `hooklane_shard_served{shard}`: 1 for each shard that this worker serves; `hooklane_shards`: how many there are in all,
   * at most 256.
   */
  setServedShards(shards: readonly number[], total: number): void;
  /** Where `hooklane_tries_in_flight` and `hooklane_window_tries` come from; read for each scrape. */
  setLoadSource(read: () => WorkerLoad): void;
  /** `hooklane_sweep_wakes_total` */
  sweepWoke(lanes: number): void;
  /** `hooklane_redrives_total{action}` and `hooklane_redriven_deliveries_total{action}`: one finished bulk action. */
  redriveFinished(action: 'redrive' | 'discard', deliveries: number): void;
  /** `hooklane_events_passed_on_total`: events that were in the queue of another shard. */
  eventsPassedOn(events: number): void;
  /** `hooklane_bad_jobs_total` */
  badJob(): void;
  /** `hooklane_bugs_total` */
  bug(): void;
}

const POOLS: readonly LanePool[] = ['lanes', 'slow-lanes'];
const ACTIONS = ['redrive', 'discard'] as const;

/** The counters and gauges of a worker. */
export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  return {
    ...laneMetrics(registry),
    ...loadGauges(registry),
    ...shardGauge(registry),
    ...workMetrics(registry),
  };
}

function laneMetrics(
  registry: Registry,
): Pick<WorkerMetrics, 'laneRunStarted' | 'laneRunEnded' | 'setLaneSlots'> {
  const runs = countBy(
    registry,
    { name: 'hooklane_lane_runs_total', help: 'Runs of lanes that began.', label: 'pool' },
    POOLS,
  );
  const byPool = (name: string, help: string) => {
    const gauge = new Gauge({ name, help, labelNames: ['pool'], registers: [registry] });
    return { lanes: gauge.labels({ pool: 'lanes' }), 'slow-lanes': gauge.labels({ pool: 'slow-lanes' }) };
  };
  const running = byPool('hooklane_lanes_running', 'Slots of lanes that are in use in this process.');
  const slots = byPool('hooklane_lane_slots', 'Lanes that this process may run at once.');
  for (const pool of POOLS) running[pool].set(0);
  return {
    laneRunStarted: (pool) => {
      runs[pool]();
      running[pool].inc();
    },
    laneRunEnded: (pool) => running[pool].dec(),
    setLaneSlots: (pool, count) => slots[pool].set(count),
  };
}

function loadGauges(registry: Registry): Pick<WorkerMetrics, 'setLoadSource'> {
  let source: () => WorkerLoad = () => ({ triesInFlight: 0, window: 0 });
  const gauge = (name: string, help: string, field: keyof WorkerLoad): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(source()[field]);
      },
    });
  gauge(
    'hooklane_tries_in_flight',
    'HTTP tries that this process waits for now, or that wait for their turn.',
    'triesInFlight',
  );
  gauge(
    'hooklane_window_tries',
    'Tries that the lanes running in this process may have in flight.',
    'window',
  );
  return {
    setLoadSource: (read) => {
      source = read;
    },
  };
}

function shardGauge(registry: Registry): Pick<WorkerMetrics, 'setServedShards'> {
  const served = new Gauge({
    name: 'hooklane_shard_served',
    help: 'Whether this process serves the shard.',
    labelNames: ['shard'],
    registers: [registry],
  });
  const all = new Gauge({
    name: 'hooklane_shards',
    help: 'Shards that there are, whoever serves them.',
    registers: [registry],
  });
  return {
    setServedShards: (shards, total) => {
      all.set(total);
      for (const shard of shards) served.set({ shard: String(shard) }, 1);
    },
  };
}

function workMetrics(
  registry: Registry,
): Pick<WorkerMetrics, 'sweepWoke' | 'redriveFinished' | 'eventsPassedOn' | 'badJob' | 'bug'> {
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers: [registry] });
  const sweepWakes = counter(
    'hooklane_sweep_wakes_total',
    'Lanes whose wake was lost and repaired by the sweep.',
  );
  const passedOn = counter(
    'hooklane_events_passed_on_total',
    'Events that a producer put into the queue of another shard, passed on to the right one.',
  );
  const badJobs = counter('hooklane_bad_jobs_total', 'Jobs of the queue events that nobody can read.');
  const bugs = counter(
    'hooklane_bugs_total',
    'Errors of our own code while a lane ran; the deliveries were kept.',
  );
  const redrives = countBy(
    registry,
    { name: 'hooklane_redrives_total', help: 'Bulk actions on dead letters that ended.', label: 'action' },
    ACTIONS,
  );
  const redriven = countBy(
    registry,
    {
      name: 'hooklane_redriven_deliveries_total',
      help: 'Dead letters that bulk actions put back or discarded.',
      label: 'action',
    },
    ACTIONS,
  );
  return {
    sweepWoke: (lanes) => sweepWakes.inc(lanes),
    redriveFinished: (action, deliveries) => {
      redrives[action]();
      redriven[action](deliveries);
    },
    eventsPassedOn: (events) => passedOn.inc(events),
    badJob: () => badJobs.inc(),
    bug: () => bugs.inc(),
  };
}
