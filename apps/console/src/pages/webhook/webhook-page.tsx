import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { webhookQuery } from '../../api/webhooks.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { eventLabel } from '../../ui/event-label.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLoading } from '../../ui/page-loading.tsx';
import { ScopeLink } from '../../ui/scope-link.tsx';

const route = getRouteApi('/signed-in/webhooks/$id');

/** One webhook. */
export function WebhookPage() {
  const { id } = route.useParams();
  const query = useQuery(webhookQuery(id));
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { name, account, scope, event, url } = query.data;
  return (
    <PageHeader
      title={name}
      above={
        <>
          {account} / <ScopeLink account={account} scope={scope} className="hover:underline" />
        </>
      }
      subtitle={`${eventLabel(event)} to ${url}`}
    />
  );
}
