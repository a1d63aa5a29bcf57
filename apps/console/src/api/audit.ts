/** The audit log, as the page asks for it. */
import type { ListQuery } from '@hooklane/client';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** The filters of the log. */
export type AuditFilter = Omit<NonNullable<ListQuery<'listAudit'>>, 'cursor' | 'limit'>;

const PAGE_ITEMS = 100;

/** The newest first, page by page. */
export function auditQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      api.listAudit({ query: { ...filter, limit: PAGE_ITEMS, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}
