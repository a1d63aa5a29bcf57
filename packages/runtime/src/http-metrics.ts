/** How long the HTTP API takes to answer. */
import { Histogram } from '@prometheus-io/client';
import type { Registry } from '@prometheus-io/client';

/** One answered request. */
export interface HttpRequestSample {
  method: string;
  /** The pattern of the route table (`/v1/webhooks/:id`), never the path that was asked for. */
  route: string;
  /** The HTTP status; the label is its class, such as `2xx`. */
  status: number;
  durationMs: number;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A route table is far smaller; what comes beyond is counted as `other`. */
const MAX_SERIES = 500;

/** Records answered requests in `hooklane_http_request_duration_seconds`. */
export function createHttpMetrics(registry: Registry): (sample: HttpRequestSample) => void {
  const histogram = new Histogram({
    name: 'hooklane_http_request_duration_seconds',
    help: 'How long requests to the HTTP API took.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const children = new Map<string, { observe(seconds: number): void }>();
  return (sample) => {
    const method = METHODS.has(sample.method) ? sample.method : 'other';
    const status = `${Math.trunc(sample.status / 100)}xx`;
    let key = `${method} ${sample.route} ${status}`;
    if (children.size >= MAX_SERIES && !children.has(key)) key = `${method} other ${status}`;
    let child = children.get(key);
    if (child === undefined) {
      const route = key.startsWith(`${method} other `) ? 'other' : sample.route;
      child = histogram.labels({ method, route, status });
      children.set(key, child);
    }
    child.observe(sample.durationMs / 1000);
  };
}
