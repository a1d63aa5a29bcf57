/** A bound on requests that are served at once: more would only wait, in memory. */
import { HooklaneError } from '@hooklane/core';
import type { FastifyInstance } from 'fastify';

/** The default bound. */
const MAX_REQUESTS_AT_ONCE = 1000;

/** Refuses what comes beyond with `too_many_requests`. */
export function limitRequests(app: FastifyInstance, most = MAX_REQUESTS_AT_ONCE): void {
  let open = 0;
  app.addHook('onRequest', async (_request, reply) => {
    open += 1;
    // `close` comes once for every response, also when the caller went away.
    reply.raw.once('close', () => {
      open -= 1;
    });
    if (open <= most) return;
    throw new HooklaneError('too_many_requests', {
      detail: `This server answers ${most} requests at once, and as many are open. Try again in a second.`,
    });
  });
}
