/** Deliveries, as the pages ask for them. */
import type { ListQuery } from '@hooklane/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** The filters of the list. */
export type DeliveryFilter = Omit<NonNullable<ListQuery<'listDeliveries'>>, 'cursor' | 'limit'>;

const PAGE_ITEMS = 100;

/** The list, the newest first, page by page. */
export function deliveriesQuery(filter: DeliveryFilter) {
  return infiniteQueryOptions({
    queryKey: ['deliveries', filter],
    queryFn: ({ pageParam, signal }) =>
      api.listDeliveries({ query: { ...filter, limit: PAGE_ITEMS, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** One delivery with all its tries. */
export function deliveryQuery(id: string) {
  return queryOptions({
    queryKey: ['delivery', id],
    queryFn: ({ signal }) => api.getDelivery({ params: { id } }, { signal }),
  });
}
