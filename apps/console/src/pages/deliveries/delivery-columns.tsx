import type { ApiDelivery } from '@hooklane/client';
import { Link } from '@tanstack/react-router';
import type { Column } from '../../ui/data-table.tsx';
import { eventLabel } from '../../ui/event-label.ts';
import { ScopeLink } from '../../ui/scope-link.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { WebhookLink } from '../../ui/webhook-link.tsx';
import { LastAnswer } from '../../ui/last-answer.tsx';
import { NextTry } from '../../ui/next-try.tsx';

/** The columns of the list. */
export const DELIVERY_COLUMNS: readonly Column<ApiDelivery>[] = [
  { key: 'status', header: 'Status', width: '118px', cell: ({ status }) => <StatusBadge status={status} /> },
  {
    key: 'event',
    header: 'Event',
    width: 'minmax(170px, 1.2fr)',
    cell: ({ id, event }) => (
      <Link to="/deliveries/$id" params={{ id }} className="row-link font-medium">
        {eventLabel(event)}
      </Link>
    ),
  },
  {
    key: 'scope',
    header: 'App or environment',
    width: 'minmax(180px, 1.6fr)',
    cell: ({ account, scope }) => (
      <span>
        <span className="text-ink-3">{account} / </span>
        <ScopeLink account={account} scope={scope} className="above-row-link hover:underline" />
      </span>
    ),
  },
  {
    key: 'webhook',
    header: 'Webhook',
    width: 'minmax(110px, 1fr)',
    cell: (row) => <WebhookLink delivery={row} className="above-row-link hover:underline" />,
  },
  {
    key: 'answer',
    header: 'Last answer',
    width: 'minmax(120px, 1fr)',
    cell: (row) => <LastAnswer delivery={row} />,
  },
  { key: 'tries', header: 'Tries', width: '64px', align: 'end', cell: ({ attemptCount }) => attemptCount },
  {
    key: 'next',
    header: 'Next try',
    width: '172px',
    wideOnly: true,
    cell: (row) => <NextTry delivery={row} />,
  },
  { key: 'created', header: 'Created', width: '130px', cell: ({ createdAt }) => <Time at={createdAt} /> },
];

/** The same on a phone. */
export function DeliveryCard({ delivery }: { delivery: ApiDelivery }) {
  const { id, account, scope, event, status, createdAt, attemptCount } = delivery;
  return (
    <div className="grid gap-1">
      <div className="flex items-center justify-between gap-3">
        <Link to="/deliveries/$id" params={{ id }} className="row-link min-w-0 truncate font-medium">
          {eventLabel(event)}
        </Link>
        <StatusBadge status={status} />
      </div>
      <div className="truncate text-sm text-ink-2">
        {account} / {scope.name} to {delivery.webhookName ?? 'a deleted webhook'}
      </div>
      <div className="flex justify-between gap-3 text-sm text-ink-3">
        <span className="truncate">
          {attemptCount === 0 ? 'Not tried yet' : <LastAnswer delivery={delivery} />}
          {attemptCount > 1 && ` · ${attemptCount} tries`}
          {delivery.nextAttemptAt !== null && (
            <>
              {' '}
              · <NextTry delivery={delivery} />
            </>
          )}
        </span>
        <Time at={createdAt} />
      </div>
    </div>
  );
}
