import type { ApiEvent } from '@hooklane/client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { EarOff } from 'lucide-react';
import { eventQuery } from '../../api/events.ts';
import { Section } from '../../ui/card.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { eventLabel } from '../../ui/event-label.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ScopeLink } from '../../ui/scope-link.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time } from '../../ui/time.tsx';
import { DeliveryCard } from '../deliveries/delivery-columns.tsx';
import { HEARER_COLUMNS } from './hearer-columns.tsx';

const route = getRouteApi('/signed-in/events/$id');

/** While somebody has not heard of it yet it is asked for again, ms; afterwards less often, since anybody can send it again. */
const OPEN_POLL_MS = 2000;
const FINISHED_POLL_MS = 5000;

/** One event: who heard of this? */
export function EventPage() {
  const { id } = route.useParams();
  const query = useQuery({
    ...eventQuery(id),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isOpen(state.data) ? OPEN_POLL_MS : FINISHED_POLL_MS,
  });
  return <Loaded query={query}>{(event) => <LoadedEvent event={event} />}</Loaded>;
}

function isOpen({ deliveries }: ApiEvent): boolean {
  return deliveries.some(({ status }) => status === 'pending' || status === 'retrying');
}

function LoadedEvent({ event }: { event: ApiEvent }) {
  const { id, type, account, scope, occurredAt, body, deliveries } = event;
  return (
    <>
      <PageHeader
        title={eventLabel(type)}
        above={<TextLink to="/deliveries">Deliveries</TextLink>}
        subtitle={
          <>
            {account} /{' '}
            <ScopeLink
              account={account}
              scope={scope}
              className="text-ink underline decoration-line-strong underline-offset-3 hover:decoration-ink"
            />
            , happened <Time at={occurredAt} as="full" />.{' '}
            <span className="font-mono text-sm wrap-anywhere">{id}</span>
          </>
        }
      />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)]">
        <Section title="Who heard of this?" subtitle={summary(event)}>
          {deliveries.length === 0 ? (
            <EmptyState icon={EarOff} title="Nobody">
              {event.unmatched?.message ?? 'It is still on its way to the webhooks.'}
            </EmptyState>
          ) : (
            <DataTable
              label="Deliveries of this event"
              columns={HEARER_COLUMNS}
              rows={deliveries}
              rowKey={(delivery) => delivery.id}
              card={(delivery) => <DeliveryCard delivery={delivery} />}
            />
          )}
        </Section>
        <Section title="Body" subtitle="What every receiver gets">
          <div className="p-4">
            <CodeBlock text={JSON.stringify(body, null, 2)} label="Body of the event" />
          </div>
        </Section>
      </div>
    </>
  );
}

function summary({ deliveries }: ApiEvent): string {
  if (deliveries.length === 0) return 'No webhook';
  const heard = deliveries.filter(({ status }) => status === 'delivered').length;
  const what = deliveries.length === 1 ? 'one webhook' : `${deliveries.length} webhooks`;
  return heard === deliveries.length ? `All of ${what}` : `${heard} of ${what} so far`;
}
