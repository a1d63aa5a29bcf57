import type { ApiDeliveryFilter } from '@hooklane/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { deadLettersQuery } from '../../api/dead-letters.ts';
import { Card } from '../../ui/card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { PageLoading } from '../../ui/page-loading.tsx';
import { DEAD_REASON_LABELS } from '../../ui/status-badge.tsx';
import { DELIVERY_COLUMNS, DeliveryCard } from '../deliveries/delivery-columns.tsx';
import { NoDeadLetters } from './no-dead-letters.tsx';

/** All of them are dead and none has a next try: the reason stands there instead. */
const COLUMNS = DELIVERY_COLUMNS.filter(({ key }) => key !== 'next').map((column) =>
  column.key === 'status'
    ? {
        ...column,
        header: 'Reason',
        width: 'minmax(150px, 1fr)',
        cell: ({ reason }: Parameters<typeof column.cell>[0]) =>
          reason === null ? '–' : DEAD_REASON_LABELS[reason],
      }
    : column,
);

/** One by one, the newest death first. */
export function LetterList({ filter }: { filter: ApiDeliveryFilter }) {
  const query = useInfiniteQuery(deadLettersQuery(filter));
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  if (query.isPending) return <PageLoading />;
  if (query.data === undefined)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const rows = query.data.pages.flatMap(({ items }) => items);
  if (rows.length === 0 && !hasNextPage) return <NoDeadLetters filtered={Object.keys(filter).length > 0} />;
  return (
    <Card>
      <DataTable
        label="Dead letters"
        columns={COLUMNS}
        rows={rows}
        rowKey={({ id }) => id}
        card={(delivery) => <DeliveryCard delivery={delivery} />}
        onEnd={onEnd}
      />
      <LoadMore hasMore={hasNextPage} isLoading={isFetchingNextPage} onMore={onEnd} shown={rows.length} />
    </Card>
  );
}
