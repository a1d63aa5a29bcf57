/** Notices, and where an account has them sent, as the pages ask for them. */
import type { ApiNotifications, ListQuery } from '@hooklane/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { api } from './client.ts';
import { statusQuery } from './overview.ts';

/** The filters of the list. */
export type NoticeFilter = Omit<NonNullable<ListQuery<'listNotices'>>, 'cursor' | 'limit'>;

const PAGE_ITEMS = 100;
const LOOK_MS = 15_000;
/** Acknowledged at the same time. */
const AT_ONCE = 6;

/** The list, the newest first, page by page. */
export function noticesQuery(filter: NoticeFilter) {
  return infiniteQueryOptions({
    queryKey: ['notices', filter],
    queryFn: ({ pageParam, signal }) =>
      api.listNotices({ query: { ...filter, limit: PAGE_ITEMS, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: LOOK_MS,
  });
}

/** Says of these that a person has seen them. Those before one that fails are done. */
export async function acknowledge(ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    await Promise.all(some.map((id) => api.acknowledgeNotice({ params: { id } })));
  }
}

/** After a change: the list and the count of the menu are fetched again. */
export async function refreshNotices(queryClient: QueryClient): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['notices'] }),
    queryClient.invalidateQueries({ queryKey: statusQuery.queryKey }),
  ]);
}

/** Where the notices of an account are sent; null: nowhere. */
export function notificationsQuery(account: string) {
  return queryOptions({
    queryKey: ['notifications', account.toLowerCase()],
    queryFn: async ({ signal }): Promise<ApiNotifications | null> => {
      const { items } = await api.listNotifications({ query: { account } }, { signal });
      return items[0] ?? null;
    },
    // What is on its way is soon answered.
    refetchInterval: ({ state }) => ((state.data?.waiting ?? 0) > 0 ? 1500 : LOOK_MS),
  });
}

/** The accounts that have an application or environment, as far as the first page of them tells. */
export const accountsQuery = queryOptions({
  queryKey: ['scopes', 'accounts'],
  queryFn: async ({ signal }) => {
    const { items } = await api.listScopes({ query: { limit: 200 } }, { signal });
    return [...new Set(items.map(({ account }) => account))];
  },
  staleTime: 60_000,
});
