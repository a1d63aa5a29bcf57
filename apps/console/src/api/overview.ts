/** How the house is doing, as the overview asks for it. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** How often the page looks, ms. */
const EVERY_MS = 5000;
const STATUS_EVERY_MS = 15_000;

/** The last minutes, workers, lanes and backlog; looked at again and again while the page is in sight. */
export function overviewQuery(minutes: number) {
  return queryOptions({
    queryKey: ['overview', minutes],
    queryFn: ({ signal }) => api.getOverview({ query: { minutes } }, { signal }),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

/** What is wrong with Redis, and the version of the server. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => api.getStatus({}, { signal }),
  refetchInterval: STATUS_EVERY_MS,
});
