/**
 * Hooklane's metrics. Labels are bounded sets of words, never ids, names or URLs.
 * Children of labels are resolved once: a count costs about 0.4 µs on the way of a delivery.
 */
import { Registry, collectDefaultMetrics } from '@prometheus-io/client';
import { createBacklogGauges } from './backlog-gauges.ts';
import type { ReadBacklog } from './backlog-gauges.ts';
import { createDeliveryMetrics } from './delivery-metrics.ts';
import type { DeliveryMetrics } from './delivery-metrics.ts';
import { createHttpMetrics } from './http-metrics.ts';
import type { HttpRequestSample } from './http-metrics.ts';

/** The metrics of one program. All times are ms; they are exposed in seconds. */
export interface Metrics extends DeliveryMetrics {
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
