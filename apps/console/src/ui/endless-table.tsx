import type { ReactNode } from 'react';
import { Card } from './card.tsx';
import { DataTable } from './data-table.tsx';
import type { DataTableProps } from './data-table.tsx';
import { useEndless } from './endless.ts';
import type { EndlessQuery } from './endless.ts';
import { LoadMore } from './load-more.tsx';
import { Loaded } from './loaded.tsx';
import type { LoadedProps } from './loaded.tsx';

/** A long list with its query. */
export interface EndlessTableProps<Row> extends Omit<DataTableProps<Row>, 'rows' | 'onEnd'> {
  query: EndlessQuery<Row> & LoadedProps<unknown>['query'];
  /** What stands there when the whole list has nothing. */
  empty: ReactNode;
}

/** Fetches the next page when one comes near the end. */
export function EndlessTable<Row>({ query, empty, ...table }: EndlessTableProps<Row>) {
  const { rows, onEnd } = useEndless(query);
  const { hasNextPage, isFetchingNextPage } = query;
  return (
    <Loaded query={query}>
      {() =>
        rows.length === 0 && !hasNextPage ? (
          empty
        ) : (
          <Card>
            <DataTable {...table} rows={rows} onEnd={onEnd} />
            <LoadMore
              hasMore={hasNextPage}
              isLoading={isFetchingNextPage}
              onMore={onEnd}
              shown={rows.length}
            />
          </Card>
        )
      }
    </Loaded>
  );
}
