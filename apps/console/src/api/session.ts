/** Who is signed in. The cookie is HttpOnly: only the server can tell. */
import { ApiError } from '@hooklane/client';
import type { ApiSession } from '@hooklane/client';
import { queryOptions } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { api } from './client.ts';

/** Set while somebody is signed in here, so that a first visit need not ask the server what it would only refuse. */
const HINT = 'hooklane-signed-in';

/** The session, or null when nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<ApiSession | null> => {
    if (!hasHint()) return null;
    try {
      return await api.getSession({}, { signal });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

/** From now on somebody is signed in, or nobody; then nothing that was seen stays in the memory of the page. */
export function setSession(queryClient: QueryClient, session: ApiSession | null): void {
  setHint(session !== null);
  if (session === null) queryClient.clear();
  queryClient.setQueryData(sessionQuery.queryKey, session);
}

function hasHint(): boolean {
  try {
    return localStorage.getItem(HINT) !== null;
  } catch {
    return true;
  }
}

function setHint(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(HINT, '1');
    else localStorage.removeItem(HINT);
  } catch {
    // Storage is forbidden: the server is asked each time.
  }
}
