/** Events, as the pages ask for them. */
import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** One event with the state of each of its deliveries. */
export function eventQuery(id: string) {
  return queryOptions({
    queryKey: ['event', id],
    queryFn: ({ signal }) => api.getEvent({ params: { id } }, { signal }),
  });
}
