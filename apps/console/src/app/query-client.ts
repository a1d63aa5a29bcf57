/** The cache of what the API answered. */
import { ApiError } from '@hooklane/client';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { sessionQuery, setSession } from '../api/session.ts';

/** `onSignedOut` is called when the server no longer knows the session. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: Error): void => {
    if (!(error instanceof ApiError) || error.status !== 401) return;
    // A wrong token on the sign-in page is for its form.
    if ((client.getQueryData(sessionQuery.queryKey) ?? null) === null) return;
    setSession(client, null);
    onSignedOut();
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // The client repeats what may pass by itself; what is refused stays refused.
      queries: { retry: false, staleTime: 5000, refetchOnWindowFocus: true },
    },
  });
  return client;
}
