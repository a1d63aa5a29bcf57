import type { ApiScopeHealth, ApiWebhook } from '@hooklane/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../api/permissions.ts';
import { scopeHealthQuery } from '../../api/scopes.ts';
import type { ScopeAddress } from '../../api/scopes.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { eventLabel } from '../../ui/event-label.ts';
import { WebhookActions } from './webhook-actions.tsx';
import { WebhookHealthCell } from './webhook-health-cell.tsx';

type Health = ApiScopeHealth['items'][number];
type HealthOf = (webhook: ApiWebhook) => Health | undefined;

/** What it lists. */
export interface WebhookTableProps {
  address: ScopeAddress;
  webhooks: readonly ApiWebhook[];
}

/** The table of the original: Name, Type, Payload URL, Secret; and how each is doing. */
export function WebhookTable({ address, webhooks }: WebhookTableProps) {
  const health = useQuery(scopeHealthQuery(address)).data?.items ?? [];
  const byId = new Map(health.map((one) => [one.webhookId, one]));
  const healthOf: HealthOf = ({ id }) => byId.get(id);
  return (
    <DataTable
      label="Webhooks"
      columns={columnsOf(healthOf, useMay('updateWebhook'))}
      rows={webhooks}
      rowKey={({ id }) => id}
      card={(webhook) => <WebhookCard webhook={webhook} health={healthOf(webhook)} />}
    />
  );
}

function columnsOf(healthOf: HealthOf, mayChange: boolean): readonly Column<ApiWebhook>[] {
  return [
    {
      key: 'name',
      header: 'Name',
      width: 'minmax(8rem, 1fr)',
      cell: (webhook) => <NameLink webhook={webhook} />,
    },
    {
      key: 'type',
      header: 'Type',
      width: '10rem',
      cell: ({ event }) => <span className="text-ink-2">{eventLabel(event)}</span>,
    },
    {
      key: 'url',
      header: 'Payload URL',
      width: 'minmax(12rem, 2fr)',
      cell: ({ url }) => (
        <span className="font-mono text-sm" title={url}>
          {url}
        </span>
      ),
    },
    {
      key: 'secret',
      header: 'Secret',
      width: '6rem',
      cell: (webhook) => <span className="text-sm text-ink-2">{secretText(webhook)}</span>,
    },
    {
      key: 'health',
      header: 'Health',
      width: 'minmax(10rem, 14rem)',
      cell: (webhook) => <WebhookHealthCell webhook={webhook} health={healthOf(webhook)} />,
    },
    ...(mayChange
      ? [
          {
            key: 'act',
            header: 'Actions',
            width: '7rem',
            align: 'end',
            cell: (webhook) => <Act webhook={webhook} />,
          } satisfies Column<ApiWebhook>,
        ]
      : []),
  ];
}

function WebhookCard({ webhook, health }: { webhook: ApiWebhook; health: Health | undefined }) {
  return (
    <div className="grid gap-1.5">
      <div className="flex items-center justify-between gap-3">
        <span className="min-w-0 truncate">
          <NameLink webhook={webhook} />
        </span>
        <Act webhook={webhook} />
      </div>
      <div className="text-sm text-ink-2">
        {eventLabel(webhook.event)} · Secret: {secretText(webhook)}
      </div>
      <div className="truncate font-mono text-sm" title={webhook.url}>
        {webhook.url}
      </div>
      <WebhookHealthCell webhook={webhook} health={health} />
    </div>
  );
}

function NameLink({ webhook: { id, name } }: { webhook: ApiWebhook }) {
  return (
    <Link to="/webhooks/$id" params={{ id }} className="row-link font-medium">
      {name}
    </Link>
  );
}

function Act({ webhook }: { webhook: ApiWebhook }) {
  return (
    <div className="above-row-link">
      <WebhookActions webhook={webhook} />
    </div>
  );
}

/** In the words of the original. */
function secretText({ hasSecret }: ApiWebhook): string {
  return hasSecret ? 'xxxxxx' : 'No Secret';
}
