/** Scopes and their webhooks, as the pages ask for them. */
import type { ApiScope } from '@hooklane/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** Which scope: as in its address. */
export interface ScopeAddress {
  kind: 'application' | 'environment';
  account: string;
  name: string;
}

const PAGE_ITEMS = 100;

/** The list, page by page. */
export function scopesQuery(filter: {
  search?: string | undefined;
  kind?: ScopeAddress['kind'] | undefined;
}) {
  return infiniteQueryOptions({
    queryKey: ['scopes', filter],
    queryFn: ({ pageParam, signal }) =>
      api.listScopes({ query: { ...filter, limit: PAGE_ITEMS, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** One scope with its webhooks. */
export function scopeQuery(address: ScopeAddress) {
  return queryOptions({
    queryKey: ['scope', address.kind, address.account.toLowerCase(), address.name.toLowerCase()],
    queryFn: ({ signal }) => {
      const { kind, account, name } = address;
      const call = kind === 'application' ? api.getApplication : api.getEnvironment;
      return call({ params: { account, name } }, { signal });
    },
  });
}

/** How the webhooks of a scope are doing: one question for all of them, asked again while the page is in sight. */
export function scopeHealthQuery(address: ScopeAddress) {
  return queryOptions({
    queryKey: ['scope-health', ...scopeQuery(address).queryKey.slice(1)],
    queryFn: ({ signal }) => {
      const { kind, account, name } = address;
      const call = kind === 'application' ? api.getApplicationHealth : api.getEnvironmentHealth;
      return call({ params: { account, name } }, { signal });
    },
    refetchInterval: 15_000,
  });
}

/** Switches the webhooks of a scope on or off. */
export function setScopeEnabled(address: ScopeAddress, enabled: boolean): Promise<ApiScope> {
  const { kind, account, name } = address;
  const call = kind === 'application' ? api.setApplication : api.setEnvironment;
  return call({ params: { account, name }, body: { enabled } });
}
