import { useWindowVirtualizer } from '@tanstack/react-virtual';
import type { VirtualItem } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useMediaQuery } from './media-query.ts';

/** One column. */
export interface Column<Row> {
  key: string;
  header: string;
  /** A track of CSS grid: `120px`, `minmax(140px, 1fr)`. */
  width: string;
  cell: (row: Row) => ReactNode;
  align?: 'end';
  /** Shown only where there is room: from 1280 px on. */
  wideOnly?: boolean;
}

/** A long list. Only the rows in sight are in the page. */
export interface DataTableProps<Row> {
  /** What it lists, for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** The row on a phone, instead of columns. */
  card: (row: Row) => ReactNode;
  /** Called when the last rows come into sight. */
  onEnd?: () => void;
  /** Rows that have just come; they are tinted for a moment. */
  isFresh?: (row: Row) => boolean;
}

const ROW_HEIGHT = 44;
const CARD_HEIGHT = 92;

/**
 * Scrolls with the page. A link in a row that has the class `row-link` can be clicked anywhere in the row. The count of
 * rows is not told to screen readers as a total, since more may follow.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, rowKey, onEnd } = props;
  const isPhone = useMediaQuery('(max-width: 767px)');
  const isWide = useMediaQuery('(min-width: 1280px)');
  const columns = props.columns.filter(({ wideOnly }) => isWide || wideOnly !== true);
  const body = useRef<HTMLDivElement>(null);
  const scrollMargin = useOffsetTop(body);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => (isPhone ? CARD_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
    overscan: 12,
    scrollMargin,
  });
  const items = virtualizer.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (rows.length > 0 && lastShown >= rows.length - 8) onEnd?.();
  }, [lastShown, rows.length, onEnd]);
  const template = columns.map(({ width }) => width).join(' ');
  return (
    <div role="table" aria-label={label} aria-rowcount={-1}>
      <HeaderRow columns={columns} template={template} hidden={isPhone} />
      <div ref={body} role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => (
          <BodyRow
            key={item.key}
            item={item}
            measure={virtualizer.measureElement}
            offset={scrollMargin}
            template={isPhone ? null : template}
            columns={columns}
            table={props}
          />
        ))}
      </div>
    </div>
  );
}

function HeaderRow<Row>({
  columns,
  template,
  hidden,
}: {
  columns: readonly Column<Row>[];
  template: string;
  hidden: boolean;
}) {
  return (
    <div
      role="rowgroup"
      className={
        hidden ? 'sr-only' : 'sticky top-0 z-20 rounded-t-lg border-b border-line bg-surface max-lg:top-13'
      }
    >
      <div
        role="row"
        className="grid items-center px-4 text-xs font-medium text-ink-3"
        style={{ gridTemplateColumns: template }}
      >
        {columns.map(({ key, header, align }) => (
          <div
            key={key}
            role="columnheader"
            className={clsx('truncate py-2 pr-3', align === 'end' && 'text-right')}
          >
            {header}
          </div>
        ))}
      </div>
    </div>
  );
}

interface BodyRowProps<Row> {
  item: VirtualItem;
  measure: (element: Element | null) => void;
  offset: number;
  /** Null: show the card. */
  template: string | null;
  columns: readonly Column<Row>[];
  table: DataTableProps<Row>;
}

function BodyRow<Row>({ item, measure, offset, template, columns, table }: BodyRowProps<Row>) {
  const row = table.rows[item.index];
  if (row === undefined) return null;
  return (
    <div
      ref={measure}
      data-index={item.index}
      role="row"
      aria-rowindex={item.index + 2}
      className={clsx(
        'absolute inset-x-0 top-0 border-b border-line px-4 transition-colors last:border-b-0 hover:bg-hover',
        template === null ? 'py-3' : 'grid min-h-11 items-center',
        table.isFresh?.(row) === true && 'animate-[arrive_2.4s_ease-out]',
      )}
      style={{
        transform: `translateY(${item.start - offset}px)`,
        ...(template === null ? {} : { gridTemplateColumns: template }),
      }}
    >
      {template === null ? (
        <div role="cell">{table.card(row)}</div>
      ) : (
        columns.map(({ key, cell, align }) => (
          <div
            key={key}
            role="cell"
            className={clsx('min-w-0 truncate py-1 pr-3', align === 'end' && 'text-right')}
          >
            {cell(row)}
          </div>
        ))
      )}
    </div>
  );
}

/** How far the element is from the top of the page; what stands above it may change its height. */
function useOffsetTop(ref: React.RefObject<HTMLElement | null>): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const measure = (): void => {
      const element = ref.current;
      if (element !== null) setOffset(Math.round(element.getBoundingClientRect().top + window.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [ref]);
  return offset;
}
