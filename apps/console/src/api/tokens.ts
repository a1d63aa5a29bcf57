/** API tokens, as the page asks for them. */
import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** All of them: there are at most 1,000. */
export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => api.listTokens({}, { signal }),
});
