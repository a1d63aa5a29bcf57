/** How long Redis takes to answer. */
import { Counter, Histogram } from '@prometheus-io/client';
import type { Registry } from '@prometheus-io/client';

/** One call of Redis. */
export interface RedisSample {
  /** The name of the script, or `command`: a bounded set of words. */
  call: string;
  durationMs: number;
  ok: boolean;
}

/** Seconds: a local Redis answers in a fraction of a millisecond; a worker's call waits while Redis is away. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Records calls in `hooklane_redis_round_trip_seconds` and failed ones in `hooklane_redis_errors_total`. */
export function createRedisMetrics(registry: Registry): (sample: RedisSample) => void {
  const histogram = new Histogram({
    name: 'hooklane_redis_round_trip_seconds',
    help: 'From a call of Redis to its answer.',
    labelNames: ['call'],
    buckets: BUCKETS,
    registers: [registry],
  });
  const errors = new Counter({
    name: 'hooklane_redis_errors_total',
    help: 'Calls of Redis that failed.',
    registers: [registry],
  });
  const children = new Map<string, { observe(seconds: number): void }>();
  return ({ call, durationMs, ok }) => {
    let child = children.get(call);
    if (child === undefined) {
      child = histogram.labels({ call });
      children.set(call, child);
    }
    child.observe(durationMs / 1000);
    if (!ok) errors.inc();
  };
}
