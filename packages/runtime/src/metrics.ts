/**
 * Hooklane's metrics. Labels are bounded sets of words, never ids, names or URLs.
 * Children of labels are resolved once: a count costs about 0.4 µs on the way of a delivery.
 */
import type { EventType, Fault, LanePool, Outcome } from '@hooklane/core';
import { Registry, collectDefaultMetrics } from '@prometheus-io/client';
import { createBacklogGauges } from './backlog-gauges.ts';
import type { ReadBacklog } from './backlog-gauges.ts';
import { createDeliveryMetrics } from './delivery-metrics.ts';
import { createHttpMetrics } from './http-metrics.ts';
import type { HttpRequestSample } from './http-metrics.ts';

/** What became of an event in dispatch. */
export type DispatchResult = 'matched' | 'scope_disabled' | 'no_matching_webhook' | 'duplicate';

/** The metrics of one program. All times are ms; they are exposed in seconds. */
export interface Metrics {
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
  /** `hooklane_http_request_duration_seconds{method,route,status}` */
  httpRequest(sample: HttpRequestSample): void;
  /**
   * Where the gauges of the backlog come from: `hooklane_backlog_deliveries`, `hooklane_oldest_due_age_seconds`,
   * `hooklane_open_lanes`, `hooklane_dead_letters`. Read once for each scrape, for at most 2 s; while nothing was
   * set or reading fails they are left out, because an old number would be a lie.
   */
  setBacklogSource(read: ReadBacklog): void;
  /** The text of a scrape. */
  text(): Promise<string>;
  /** The media type of {@link Metrics.text}. */
  readonly contentType: string;
}

/** A registry of its own with the metrics of Node and of Hooklane. `program` becomes a label of every metric. */
export function createMetrics(program: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ program });
  collectDefaultMetrics({ register: registry });
  const backlog = createBacklogGauges(registry);
  return {
    ...createDeliveryMetrics(registry),
    httpRequest: createHttpMetrics(registry),
    setBacklogSource: (read) => backlog.setSource(read),
    text: async () => {
      await backlog.refresh();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}
