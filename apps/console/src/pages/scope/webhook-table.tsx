import type { ApiWebhook } from '@hooklane/client';
import { Link } from '@tanstack/react-router';
import { eventLabel } from '../../ui/event-label.ts';
import { WebhookActions } from './webhook-actions.tsx';
import { WebhookHealthCell } from './webhook-health-cell.tsx';

/** The table of the original: Name, Type, Payload URL, Secret; and how each is doing. */
export function WebhookTable({ webhooks }: { webhooks: readonly ApiWebhook[] }) {
  return (
    <div role="table" aria-label="Webhooks">
      <div role="rowgroup" className="max-lg:sr-only">
        <div role="row" className={`${ROW} border-b border-line py-2 text-xs font-medium text-ink-3`}>
          {['Name', 'Type', 'Payload URL', 'Secret', 'Health'].map((header) => (
            <div key={header} role="columnheader">
              {header}
            </div>
          ))}
          <div role="columnheader">
            <span className="sr-only">Actions</span>
          </div>
        </div>
      </div>
      <div role="rowgroup" className="divide-y divide-line">
        {webhooks.map((webhook) => (
          <WebhookRow key={webhook.id} webhook={webhook} />
        ))}
      </div>
    </div>
  );
}

const ROW =
  'lg:grid lg:grid-cols-[minmax(8rem,1fr)_10rem_minmax(12rem,2fr)_6rem_minmax(9rem,13rem)_6.5rem] lg:items-center lg:gap-x-4 px-4';

function WebhookRow({ webhook }: { webhook: ApiWebhook }) {
  const { id, name, event, url, hasSecret } = webhook;
  return (
    <div role="row" className={`${ROW} relative grid gap-1.5 py-2.5 hover:bg-hover lg:min-h-12 lg:py-1.5`}>
      <div role="cell" className="min-w-0">
        <Link to="/webhooks/$id" params={{ id }} className="row-link block truncate font-medium">
          {name}
        </Link>
      </div>
      <div role="cell" className="text-ink-2">
        {eventLabel(event)}
      </div>
      <div role="cell" className="min-w-0 truncate font-mono text-sm" title={url}>
        {url}
      </div>
      <div role="cell" className="text-sm text-ink-2">
        <span className="lg:hidden">Secret: </span>
        {hasSecret ? 'xxxxxx' : 'No Secret'}
      </div>
      <div role="cell">
        <WebhookHealthCell webhook={webhook} />
      </div>
      <div role="cell" className="above-row-link max-lg:absolute max-lg:top-2 max-lg:right-3">
        <WebhookActions webhook={webhook} />
      </div>
    </div>
  );
}
