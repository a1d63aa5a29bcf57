import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { SearchX, Send } from 'lucide-react';
import { useCallback, useEffect } from 'react';
import { deliveriesQuery } from '../../api/deliveries.ts';
import { Card } from '../../ui/card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLoading } from '../../ui/page-loading.tsx';
import { DELIVERY_COLUMNS, DeliveryCard } from './delivery-columns.tsx';
import type { DeliveriesSearch } from './deliveries-search.ts';
import { DeliveryFilters } from './delivery-filters.tsx';
import { LiveControls } from './live-controls.tsx';
import { useLiveDeliveries } from './use-live-deliveries.ts';
import type { LiveDeliveries } from './use-live-deliveries.ts';

const route = getRouteApi('/signed-in/deliveries');

/** Rows that fill a screen. */
const FULL_SCREEN = 30;

/** Every delivery, the newest first. */
export function DeliveriesPage() {
  const filter = route.useSearch();
  const live = useLiveDeliveries(filter);
  return (
    <>
      <PageHeader title="Deliveries" subtitle="One for each event and webhook that hears of it." />
      <DeliveryFilters filter={filter}>
        <LiveControls live={live} />
      </DeliveryFilters>
      <DeliveryList filter={filter} live={live} />
    </>
  );
}

function DeliveryList({ filter, live }: { filter: DeliveriesSearch; live: LiveDeliveries }) {
  // The stream keeps it fresh.
  const query = useInfiniteQuery({ ...deliveriesQuery(filter), refetchOnWindowFocus: false });
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  // A page may have few items, because the server looks at a bounded part of the list for each.
  const needsMore = query.isSuccess && rows.length < FULL_SCREEN;
  useEffect(() => {
    if (needsMore) onEnd();
  }, [needsMore, onEnd]);
  if (query.isPending) return <PageLoading />;
  if (query.data === undefined)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (rows.length === 0 && !hasNextPage) return <NoDeliveries filter={filter} />;
  return (
    <Card>
      <DataTable
        label="Deliveries"
        columns={DELIVERY_COLUMNS}
        rows={rows}
        rowKey={({ id }) => id}
        card={(delivery) => <DeliveryCard delivery={delivery} />}
        onEnd={onEnd}
        isFresh={live.isFresh}
      />
      <LoadMore hasMore={hasNextPage} isLoading={isFetchingNextPage} onMore={onEnd} shown={rows.length} />
    </Card>
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
