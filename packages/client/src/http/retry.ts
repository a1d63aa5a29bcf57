/** Which failed calls are made again, and when. */
import type { Route } from '../contract/route.ts';
import type { ApiError } from './api-error.ts';

/** Beyond this a call fails rather than waits, ms: the caller knows better what to do meanwhile. */
const MAX_RETRY_WAIT_MS = 10_000;

const FIRST_WAIT_MS = 250;

/** Whether doing it twice is doing it once. An event with an id of the caller's own is dispatched once. */
export function isRepeatable(route: Route, body: unknown): boolean {
  if (route.method === 'GET' || route.method === 'PUT' || route.method === 'DELETE') return true;
  if (route.path !== '/v1/events') return false;
  return typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string';
}

/**
 * How long to wait before the next try, ms; null: it is not worth one. `tries` is how many there were. `random` is 0 to 1.
 * `Retry-After` counts when it is longer than our own wait; beyond {@link MAX_RETRY_WAIT_MS} there is no next try.
 */
export function retryWait(error: ApiError, tries: number, random: number): number | null {
  const isPassing = error.code === 'unreachable' || error.status === 429 || error.status === 503;
  if (!isPassing) return null;
  const own = FIRST_WAIT_MS * 2 ** (tries - 1) * (0.5 + random / 2);
  const wait = Math.max(own, error.retryAfterMs ?? 0);
  return wait > MAX_RETRY_WAIT_MS ? null : wait;
}
