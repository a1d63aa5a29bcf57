import type { ApiDeliveryFilter } from '@hooklane/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { deadLettersQuery } from '../../api/dead-letters.ts';
import { EndlessTable } from '../../ui/endless-table.tsx';
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
  return (
    <EndlessTable
      query={query}
      empty={<NoDeadLetters filtered={Object.keys(filter).length > 0} />}
      label="Dead letters"
      columns={COLUMNS}
      rowKey={({ id }) => id}
      card={(delivery) => <DeliveryCard delivery={delivery} />}
    />
  );
}
