/** What a failed emit says about the event: try later, never, or neither. */
import { ApiError } from '@hooklane/client';

const AWAY_STATUSES = new Set([502, 503, 504]);
const REFUSING_STATUSES = new Set([400, 409, 413, 422]);

/** Nobody could take it now: no connection, no answer in time, no Redis, or a proxy before a server that is away. */
export function isAway(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  return error.code === 'unreachable' || error.code === 'timeout' || AWAY_STATUSES.has(error.status ?? 0);
}

/** Later may be better: also after a fault of the server, which says nothing about the event. */
export function isPassing(error: unknown): error is ApiError {
  return isAway(error) || (error instanceof ApiError && (error.status ?? 0) >= 500);
}

/**
 * This very event is refused, and would be again. A wrong token, a wrong address or too many requests say nothing
 * about it; a page of a proxy does only when it is about the size.
 */
export function isRefusal(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || !REFUSING_STATUSES.has(error.status ?? 0)) return false;
  return error.code !== 'unexpected_answer' || error.status === 413;
}
