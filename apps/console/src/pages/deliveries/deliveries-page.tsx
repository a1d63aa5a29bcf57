import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { SearchX, Send } from 'lucide-react';
import { deliveriesQuery } from '../../api/deliveries.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EndlessTable } from '../../ui/endless-table.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { DELIVERY_COLUMNS, DeliveryCard } from './delivery-columns.tsx';
import type { DeliveriesSearch } from './deliveries-search.ts';
import { DeliveryFilters } from './delivery-filters.tsx';
import { LiveControls } from './live-controls.tsx';
import { RefusedFilters } from './refused-filters.tsx';
import { useLiveDeliveries } from './use-live-deliveries.ts';
import type { LiveDeliveries } from './use-live-deliveries.ts';

const route = getRouteApi('/signed-in/deliveries');

/** Every delivery, the newest first. */
export function DeliveriesPage() {
  const filter = route.useSearch();
  const live = useLiveDeliveries(filter);
  return (
    <>
      <PageHeader title="Deliveries" subtitle="One for each event and webhook that hears of it." />
      <RefusedFilters filter={filter} />
      <DeliveryFilters filter={filter}>
        <LiveControls live={live} />
      </DeliveryFilters>
      <DeliveryList filter={filter} live={live} />
    </>
  );
}

function DeliveryList({ filter, live }: { filter: DeliveriesSearch; live: LiveDeliveries }) {
  const query = useInfiniteQuery(deliveriesQuery(filter));
  return (
    <EndlessTable
      query={query}
      empty={<NoDeliveries filter={filter} />}
      label="Deliveries"
      columns={DELIVERY_COLUMNS}
      rowKey={({ id }) => id}
      card={(delivery) => <DeliveryCard delivery={delivery} />}
      isFresh={live.isFresh}
    />
  );
}

function NoDeliveries({ filter }: { filter: DeliveriesSearch }) {
  if (Object.values(filter).some((value) => value !== undefined)) {
    return (
      <EmptyState icon={SearchX} title="No delivery matches">
        Remove a filter, or wait: new ones that match appear here by themselves.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Send}
      title="No deliveries yet"
      action={<LinkButton to="/scopes">Configure a webhook</LinkButton>}
    >
      A delivery appears here as soon as an event is emitted for which a webhook is enabled. Emit one from the
      command line or the API, or send a test from the page of a webhook.
    </EmptyState>
  );
}
