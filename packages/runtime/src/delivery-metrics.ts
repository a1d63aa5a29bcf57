/** The metrics on the way of an event. */
import { EVENT_TYPES, OUTCOMES } from '@hooklane/core';
import type { EventType, Fault, LanePool, Outcome } from '@hooklane/core';
import { Counter, Gauge, Histogram } from '@prometheus-io/client';
import type { Registry } from '@prometheus-io/client';

/** What became of an event in dispatch. */
export type DispatchResult = 'matched' | 'scope_disabled' | 'no_matching_webhook' | 'duplicate' | 'id_taken';

/** What is counted on the way of an event. All times are ms; they are exposed in seconds. */
export interface DeliveryMetrics {
  /** `hooklane_events_accepted_total{type}` */
  eventAccepted(type: EventType, count?: number): void;
  /** `hooklane_events_dispatched_total{result}` */
  eventDispatched(result: DispatchResult, count?: number): void;
  /** `hooklane_attempts_total{outcome,fault}` and `hooklane_attempt_duration_seconds`. */
  attemptDone(outcome: Outcome, fault: Fault | null, durationMs: number): void;
  /** `hooklane_deliveries_total{result="delivered"}` and `hooklane_delivery_latency_seconds`, accept to receipt. */
  delivered(latencyMs: number): void;
  /** `hooklane_deliveries_total{result="dead"}` */
  dead(): void;
  /** `hooklane_lane_runs_total{pool}`, and up by one in `hooklane_lanes_running{pool}`. */
  laneRunStarted(pool: LanePool): void;
  /** Down by one in `hooklane_lanes_running{pool}`. */
  laneRunEnded(pool: LanePool): void;
  /** `hooklane_tries_in_flight`, up by `change` (negative: down). */
  triesInFlight(change: number): void;
  /** `hooklane_sweep_wakes_total` */
  sweepWoke(lanes: number): void;
}

const DISPATCH_RESULTS: readonly DispatchResult[] = [
  'matched',
  'scope_disabled',
  'no_matching_webhook',
  'duplicate',
  'id_taken',
];
const POOLS: readonly LanePool[] = ['lanes', 'slow-lanes'];
const FAULTS: readonly (Fault | 'none')[] = ['none', 'receiver', 'network', 'ours'];

/** Seconds: a good receiver answers in milliseconds, the deadline of a request is at most one minute. */
const ATTEMPT_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60];

/** Seconds: from a quiet system to the end of the default retry schedule, about three days. */
const LATENCY_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 21_600, 86_400, 259_200,
];

/** Adds to a counter with resolved labels. */
type Count = (by?: number) => void;

/** A counter with one label, a child for each of its values; each starts at 0, so that a rate has a beginning. */
function countBy<T extends string>(
  registry: Registry,
  metric: { name: string; help: string; label: string },
  values: readonly T[],
): Record<T, Count> {
  const { name, help, label } = metric;
  const counter = new Counter({ name, help, labelNames: [label], registers: [registry] });
  const children = values.map((value) => {
    const child = counter.labels({ [label]: value });
    child.inc(0);
    return [value, (by = 1) => child.inc(by)] as const;
  });
  return Object.fromEntries(children) as Record<T, Count>;
}

/** The counters, histograms and gauges of dispatch and lanes. */
export function createDeliveryMetrics(registry: Registry): DeliveryMetrics {
  return { ...eventMetrics(registry), ...attemptMetrics(registry), ...laneMetrics(registry) };
}

function eventMetrics(registry: Registry): Pick<DeliveryMetrics, 'eventAccepted' | 'eventDispatched'> {
  const accepted = countBy<EventType>(
    registry,
    { name: 'hooklane_events_accepted_total', help: 'Events taken from pipelines.', label: 'type' },
    EVENT_TYPES,
  );
  const dispatched = countBy(
    registry,
    { name: 'hooklane_events_dispatched_total', help: 'What became of events in dispatch.', label: 'result' },
    DISPATCH_RESULTS,
  );
  return {
    eventAccepted: (type, count) => accepted[type](count),
    eventDispatched: (result, count) => dispatched[result](count),
  };
}

function attemptMetrics(registry: Registry): Pick<DeliveryMetrics, 'attemptDone' | 'delivered' | 'dead'> {
  const attempts = countAttempts(registry);
  const duration = new Histogram({
    name: 'hooklane_attempt_duration_seconds',
    help: 'How long one HTTP try took.',
    buckets: ATTEMPT_BUCKETS,
    registers: [registry],
  });
  const latency = new Histogram({
    name: 'hooklane_delivery_latency_seconds',
    help: 'From the acceptance of an event to its receipt by a webhook.',
    buckets: LATENCY_BUCKETS,
    registers: [registry],
  });
  const deliveries = countBy(
    registry,
    { name: 'hooklane_deliveries_total', help: 'Deliveries that came to an end.', label: 'result' },
    ['delivered', 'dead'],
  );
  return {
    attemptDone: (outcome, fault, durationMs) => {
      attempts(outcome, fault ?? 'none');
      duration.observe(durationMs / 1000);
    },
    delivered: (latencyMs) => {
      deliveries.delivered();
      latency.observe(Math.max(latencyMs, 0) / 1000);
    },
    dead: () => deliveries.dead(),
  };
}

function countAttempts(registry: Registry): (outcome: Outcome, fault: Fault | 'none') => void {
  const counter = new Counter({
    name: 'hooklane_attempts_total',
    help: 'HTTP tries, by what the world did and whose fault it was.',
    labelNames: ['outcome', 'fault'],
    registers: [registry],
  });
  const children = new Map(
    OUTCOMES.map((outcome) => [
      outcome,
      new Map(FAULTS.map((fault) => [fault, counter.labels({ outcome, fault })])),
    ]),
  );
  return (outcome, fault) => children.get(outcome)?.get(fault)?.inc();
}

function laneMetrics(
  registry: Registry,
): Pick<DeliveryMetrics, 'laneRunStarted' | 'laneRunEnded' | 'triesInFlight' | 'sweepWoke'> {
  const runs = countBy(
    registry,
    { name: 'hooklane_lane_runs_total', help: 'Runs of lanes that began.', label: 'pool' },
    POOLS,
  );
  const runningGauge = new Gauge({
    name: 'hooklane_lanes_running',
    help: 'Lanes that this process runs now.',
    labelNames: ['pool'],
    registers: [registry],
  });
  const running = new Map(POOLS.map((pool) => [pool, runningGauge.labels({ pool })]));
  for (const child of running.values()) child.set(0);
  const inFlight = new Gauge({
    name: 'hooklane_tries_in_flight',
    help: 'HTTP tries that this process waits for now.',
    registers: [registry],
  });
  const sweepWakes = new Counter({
    name: 'hooklane_sweep_wakes_total',
    help: 'Lanes whose wake was lost and repaired by the sweep.',
    registers: [registry],
  });
  return {
    laneRunStarted: (pool) => {
      runs[pool]();
      running.get(pool)?.inc();
    },
    laneRunEnded: (pool) => running.get(pool)?.dec(),
    triesInFlight: (change) => inFlight.inc(change),
    sweepWoke: (lanes) => sweepWakes.inc(lanes),
  };
}
