import type { ApiWebhook } from '@hooklane/client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { addressOf, webhookQuery } from '../../api/webhooks.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { eventLabel } from '../../ui/event-label.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLoading } from '../../ui/page-loading.tsx';
import { ScopeLink } from '../../ui/scope-link.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { WebhookState } from '../../ui/webhook-state.tsx';
import { DisabledNotice } from './disabled-notice.tsx';
import { HealthSection } from './health-section.tsx';
import { LatestDeliveries } from './latest-deliveries.tsx';
import { SettingsSection } from './settings-section.tsx';
import { WebhookToolbar } from './webhook-toolbar.tsx';

const route = getRouteApi('/signed-in/webhooks/$id');

/** One webhook: how it is doing, its settings, and what can be done with it. */
export function WebhookPage() {
  const { id } = route.useParams();
  const query = useQuery(webhookQuery(id));
  if (query.isPending) return <PageLoading />;
  if (query.data === undefined)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <LoadedWebhook webhook={query.data} />;
}

function LoadedWebhook({ webhook }: { webhook: ApiWebhook }) {
  const { name, account, scope, event } = webhook;
  return (
    <>
      <PageHeader
        title={name}
        heading={
          <span className="flex flex-wrap items-center gap-3">
            {name} <WebhookState webhook={webhook} />
          </span>
        }
        above={
          <>
            <TextLink to="/scopes" search={{ kind: addressOf(webhook).kind }}>
              {scope.kind === 'application' ? 'Applications' : 'Environments'}
            </TextLink>
            {` / ${account} / `}
            <ScopeLink
              account={account}
              scope={scope}
              className="text-ink underline decoration-line-strong underline-offset-3 hover:decoration-ink"
            />
          </>
        }
        subtitle={
          <>
            {eventLabel(event)} to <span className="font-mono text-sm wrap-anywhere">{webhook.url}</span>
          </>
        }
        actions={<WebhookToolbar webhook={webhook} />}
      />
      <div className="grid gap-5">
        <DisabledNotice webhook={webhook} />
        <HealthSection id={webhook.id} />
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]">
          <LatestDeliveries id={webhook.id} />
          <SettingsSection webhook={webhook} />
        </div>
      </div>
    </>
  );
}
