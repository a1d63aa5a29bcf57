/** What whoever is signed in may do, so that no page offers what the server would refuse. */
import type { RouteId } from '@hooklane/client';
import { useQuery } from '@tanstack/react-query';
import { mayUse } from './access.ts';
import { sessionQuery } from './session.ts';

/**
 * Whether whoever is signed in may use this route: `useMay('redeliver')`. An action that may not be used is not shown;
 * `ReadOnlyNote` says which role it would need.
 */
export function useMay(route: RouteId): boolean {
  return mayUse(useQuery(sessionQuery).data ?? null, route);
}

/** The accounts that the session is bound to; null: it may see all. */
export function useBoundAccounts(): readonly string[] | null {
  return useQuery(sessionQuery).data?.accounts ?? null;
}
