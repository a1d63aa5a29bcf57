/** What is measured and logged of each request. */
import type { Metrics } from '@hooklane/runtime';
import type { FastifyInstance } from 'fastify';

/** One sample and one line per answer. Routes are counted by their pattern, so that the labels stay few. */
export function observeRequests(app: FastifyInstance, metrics: Pick<Metrics, 'httpRequest'>): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const durationMs = reply.elapsedTime;
    const { method } = request;
    const status = reply.statusCode;
    metrics.httpRequest({ method, route, status, durationMs });
    const line = { method, route, status, durationMs: Math.round(durationMs * 10) / 10 };
    if (status >= 400) request.log.info(line, 'request refused');
    else request.log.debug(line, 'request');
  });
}
