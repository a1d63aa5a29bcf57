/** A long list, page by page as it comes: it is never held as a whole. */
import type { Session } from '../cli.ts';
import { printMoreRows, printTable } from '../terminal/table.ts';
import type { Column } from '../terminal/table.ts';
import { printJsonLine } from './json.ts';

/** Items of a page. */
const PAGE = 200;

/** How much is printed, and how. */
export interface ListOptions<T> {
  /** Infinity for all. */
  limit: number;
  json: boolean;
  /** The columns for these rows. */
  columns: (rows: readonly T[]) => Promise<readonly Column<T>[]>;
  empty: string;
}

/** The size of the pages to ask for. */
export function pageSize(limit: number): number {
  return Math.min(limit, PAGE);
}

/** Prints up to `limit` items, and says when there are more. With `json` it is `{items, more}` with an item per line. */
export async function printList<T>(
  { terminal }: Pick<Session, 'terminal'>,
  items: AsyncIterable<T>,
  options: ListOptions<T>,
): Promise<void> {
  let printed = 0;
  let isMore = false;
  let chunk: T[] = [];
  const flush = async (): Promise<void> => {
    if (options.json) printJsonItems(terminal, chunk, printed === 0);
    else if (printed === 0) printTable(terminal, await options.columns(chunk), chunk, options.empty);
    else printMoreRows(terminal, await options.columns(chunk), chunk);
    printed += chunk.length;
    chunk = [];
  };
  for await (const item of items) {
    if (printed + chunk.length >= options.limit) {
      isMore = true;
      break;
    }
    chunk.push(item);
    if (chunk.length >= PAGE) await flush();
  }
  if (chunk.length > 0 || printed === 0) await flush();
  if (options.json) terminal.print(`],"more":${isMore}}`);
  if (isMore) terminal.note(`More match than the ${printed} shown: use --limit, --all or a narrower filter.`);
}

function printJsonItems(terminal: Session['terminal'], items: readonly unknown[], isFirst: boolean): void {
  if (isFirst) terminal.print('{"items":[');
  items.forEach((item, index) => {
    if (!isFirst || index > 0) terminal.print(',');
    printJsonLine(terminal, item);
  });
}
