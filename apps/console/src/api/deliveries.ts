/** Deliveries, as the pages ask for them. */
import type { ListQuery } from '@hooklane/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** The filters of the list. */
export type DeliveryFilter = Omit<NonNullable<ListQuery<'listDeliveries'>>, 'cursor' | 'limit'>;

const PAGE_ITEMS = 100;

/** The list, the newest first, page by page. Once fetched, the stream keeps it true: it is never fetched again as a whole. */
export function deliveriesQuery(filter: DeliveryFilter) {
  return infiniteQueryOptions({
    queryKey: ['deliveries', filter],
    queryFn: ({ pageParam, signal }) =>
      api.listDeliveries({ query: { ...filter, limit: PAGE_ITEMS, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 'static',
  });
}

/** One page of it, fetched afresh: the newest, or the one at a cursor. */
export function deliveryPageQuery(filter: DeliveryFilter, cursor: string | undefined) {
  return queryOptions({
    queryKey: ['delivery-page', filter, cursor ?? null],
    queryFn: ({ signal }) =>
      api.listDeliveries({ query: { ...filter, limit: PAGE_ITEMS, cursor } }, { signal }),
    staleTime: 0,
    gcTime: 0,
  });
}

/** One delivery with all its tries. */
export function deliveryQuery(id: string) {
  return queryOptions({
    queryKey: ['delivery', id],
    queryFn: ({ signal }) => api.getDelivery({ params: { id } }, { signal }),
  });
}

/** The request of one of its tries; the list of tries says which there are. */
export function sentRequestQuery(id: string, attempt: number) {
  return queryOptions({
    queryKey: ['delivery', id, 'request', attempt],
    queryFn: async ({ signal }) => {
      const { request } = await api.getDelivery({ params: { id }, query: { attempt } }, { signal });
      return request;
    },
  });
}
