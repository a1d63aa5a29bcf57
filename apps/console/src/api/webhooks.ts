/** Webhooks, as the pages ask for them and change them. */
import type { ApiNewWebhook, ApiWebhook, ListQuery } from '@hooklane/client';
import { queryOptions } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { api } from './client.ts';
import { scopeQuery } from './scopes.ts';
import type { ScopeAddress } from './scopes.ts';

/** One webhook. */
export function webhookQuery(id: string) {
  return queryOptions({
    queryKey: ['webhook', id],
    queryFn: ({ signal }) => api.getWebhook({ params: { id } }, { signal }),
  });
}

/** Which webhooks are listed. */
export type WebhooksFilter = Omit<NonNullable<ListQuery<'listWebhooks'>>, 'cursor' | 'limit'>;

/** Few enough to choose from; a longer name finds the rest. */
const OFFERED = 20;

/** Some webhooks to choose from. */
export function webhooksQuery(filter: WebhooksFilter) {
  return queryOptions({
    queryKey: ['webhooks', filter],
    queryFn: ({ signal }) => api.listWebhooks({ query: { ...filter, limit: OFFERED } }, { signal }),
  });
}

/** Adds one to a scope. */
export function createWebhook(address: ScopeAddress, body: ApiNewWebhook): Promise<ApiWebhook> {
  const { kind, account, name } = address;
  const call = kind === 'application' ? api.createApplicationWebhook : api.createEnvironmentWebhook;
  return call({ params: { account, name }, body });
}

/** The scope of a webhook, as in its address. */
export function addressOf({ account, scope }: Pick<ApiWebhook, 'account' | 'scope'>): ScopeAddress {
  return { kind: scope.kind, account, name: scope.name };
}

/** After a change: what shows the webhook or its scope is fetched again. */
export async function refreshWebhook(queryClient: QueryClient, webhook: ApiWebhook): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: webhookQuery(webhook.id).queryKey }),
    queryClient.invalidateQueries({ queryKey: scopeQuery(addressOf(webhook)).queryKey }),
    queryClient.invalidateQueries({ queryKey: ['scopes'] }),
  ]);
}

/** How one is doing; asked for again while its page is open. */
export function webhookHealthQuery(id: string) {
  return queryOptions({
    queryKey: ['webhook-health', id],
    queryFn: ({ signal }) => api.getWebhookHealth({ params: { id } }, { signal }),
    refetchInterval: 5000,
  });
}
