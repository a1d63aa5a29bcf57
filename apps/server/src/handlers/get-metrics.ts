/** GET /metrics */
import type { Handler } from '../deps.ts';

/** A scrape. */
export const getMetrics: Handler<'getMetrics'> = async (_request, { metrics }) => ({
  status: 200,
  headers: { 'content-type': metrics.contentType },
  body: await metrics.text(),
});
