import type { ReactNode } from 'react';
import { ErrorState } from './error-state.tsx';
import { PageLoading } from './page-loading.tsx';

/** What is fetched, and how it is shown. */
export interface LoadedProps<Data> {
  query: { data: Data | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  children: (data: Data) => ReactNode;
}

/** A skeleton until it has come. What was fetched stays, also when a later look fails. */
export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  if (query.isPending) return <PageLoading />;
  if (query.data === undefined) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  return children(query.data);
}
