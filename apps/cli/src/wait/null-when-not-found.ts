/** For what is accepted but not taken up by a worker yet. */
import { ApiError } from '@hooklane/client';

/** A rejection handler: null for `not_found`, everything else is thrown again. */
export function nullWhenNotFound(error: unknown): null {
  if (error instanceof ApiError && error.code === 'not_found') return null;
  throw error;
}
