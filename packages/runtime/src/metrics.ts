/**
 * Hooklane's metrics. Labels are bounded sets of words, never ids, names or URLs.
 * Children of labels are resolved once: a count costs about 0.4 µs on the way of a delivery.
 */
import { Gauge, Registry, collectDefaultMetrics } from '@prometheus-io/client';
import { createBacklogGauges } from './backlog-gauges.ts';
import type { ReadBacklog } from './backlog-gauges.ts';
import { createDeliveryMetrics } from './delivery-metrics.ts';
import type { DeliveryMetrics } from './delivery-metrics.ts';
import { createHttpMetrics } from './http-metrics.ts';
import type { HttpRequestSample } from './http-metrics.ts';
import { createRedisMetrics } from './redis-metrics.ts';
import type { RedisSample } from './redis-metrics.ts';
import { createWorkerMetrics } from './worker-metrics.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

/** The metrics of one program. All times are ms; they are exposed in seconds. */
export interface Metrics extends DeliveryMetrics, WorkerMetrics {
  /** `hooklane_http_request_duration_seconds{method,route,status}` */
  httpRequest(sample: HttpRequestSample): void;
  /** `hooklane_redis_round_trip_seconds{call}` and `hooklane_redis_errors_total` */
  redisCall(sample: RedisSample): void;
  /**
   * Where the gauges come from that all programs share (docs/metrics.md). Read once for each scrape, for at most 2 s;
   * while nothing was set or reading fails they are left out, because an old number would be a lie, and
   * `hooklane_redis_up` is 0.
   */
  setBacklogSource(read: ReadBacklog): void;
  /** The text of a scrape. */
  text(): Promise<string>;
  /** The media type of {@link Metrics.text}. */
  readonly contentType: string;
}

/**
 * A registry of its own with the metrics of Node and of Hooklane. `program` becomes a label of every metric, `version`
 * one of `hooklane_build_info`.
 */
export function createMetrics(program: 'worker' | 'server', version: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ program });
  collectDefaultMetrics({ register: registry });
  const backlog = createBacklogGauges(registry);
  new Gauge({
    name: 'hooklane_build_info',
    help: 'Always 1; the label is the version that runs.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version }, 1);
  // What never moves on one program is left out there.
  const onlyOn = (one: typeof program): Registry => (one === program ? registry : new Registry());
  return {
    ...createDeliveryMetrics({ server: onlyOn('server'), worker: onlyOn('worker') }),
    ...createWorkerMetrics(onlyOn('worker')),
    redisCall: createRedisMetrics(registry),
    httpRequest: createHttpMetrics(onlyOn('server')),
    setBacklogSource: (read) => backlog.setSource(read),
    text: async () => {
      await backlog.refresh();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}
