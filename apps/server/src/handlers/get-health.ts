/** GET /healthz */
import type { Handler } from '../deps.ts';

/** The process lives; whether it can work is told by /readyz. */
export const getHealth: Handler<'getHealth'> = () => Promise.resolve({ status: 200, body: { ok: true } });
