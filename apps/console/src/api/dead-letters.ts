/** Dead letters, and bulk actions on them, as the pages ask for them. */
import type { ApiDeadGroups, ApiDeliveryFilter, ApiRedrive } from '@hooklane/client';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** What can be done to many dead letters at once. */
export type BulkKind = ApiRedrive['action'];

/** Dead letters that died of the same. */
export type ApiDeadLetterGroup = ApiDeadGroups['items'][number];

const PAGE_ITEMS = 100;
/** How often a running action is looked at, ms; one that is over only now and then, in case another begins elsewhere. */
const RUNNING_MS = 700;
const QUIET_MS = 10_000;

/** By webhook and reason. */
export function deadLetterGroupsQuery(filter: ApiDeliveryFilter) {
  return queryOptions({
    queryKey: ['dead-letters', 'groups', filter],
    queryFn: ({ signal }) => api.listDeadLetterGroups({ query: filter }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: QUIET_MS,
  });
}

/** One by one, the newest death first, page by page. */
export function deadLettersQuery(filter: ApiDeliveryFilter) {
  return infiniteQueryOptions({
    queryKey: ['dead-letters', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      api.listDeadLetters({ query: { ...filter, limit: PAGE_ITEMS, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** The latest bulk actions; a running one is followed. They are kept by the server, so a closed tab loses nothing. */
export const redrivesQuery = queryOptions({
  queryKey: ['redrives'],
  queryFn: ({ signal }) => api.listRedrives({}, { signal }),
  refetchInterval: ({ state }) => (state.data?.items.some(isRunning) === true ? RUNNING_MS : QUIET_MS),
});

/** Whether it still goes on. */
export function isRunning({ state }: ApiRedrive): boolean {
  return state !== 'done';
}

/** How many a bulk action would meet, without doing it. */
export async function countMatches(kind: BulkKind, filter: ApiDeliveryFilter): Promise<number> {
  const call = kind === 'redrive' ? api.redriveDeadLetters : api.discardDeadLetters;
  return (await call({ body: { filter, dryRun: true } })).matched;
}

/** Begins a bulk action. `reason` is kept with a discard. */
export function beginBulk(kind: BulkKind, filter: ApiDeliveryFilter, reason: string): Promise<unknown> {
  if (kind === 'redrive') return api.redriveDeadLetters({ body: { filter } });
  return api.discardDeadLetters({ body: reason === '' ? { filter } : { filter, reason } });
}
