/** GET /readyz */
import type { Handler } from '../deps.ts';

/** Not ready without a Redis that can hold deliveries safely. */
export const getReadiness: Handler<'getReadiness'> = async (_request, { ports }) => {
  const body = await ports.health.checkRedis();
  return { status: body.ok ? 200 : 503, body };
};
