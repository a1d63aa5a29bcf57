/** Tables: aligned for a person, tabs between the columns for a program. */
import stringWidth from 'string-width';
import { cleanLine } from './clean-text.ts';
import type { Style, Terminal } from './terminal.ts';

/** A column of rows of type T. */
export interface Column<T> {
  title: string;
  /** What stands there for a person; control characters are made visible. */
  show: (row: T) => string;
  /** What a program gets; `show` when missing. */
  plain?: (row: T) => string;
  style?: (row: T) => Style | null;
  align?: 'right';
  /** May be cut to this width, but not below, when the table is too wide. */
  shrinkTo?: number;
  /** Moves to a line of its own when the table is too wide even so. */
  canWrap?: boolean;
}

const GAP = '  ';

/** Prints the rows with a header; `empty`, as a note, when there are none. */
export function printTable<T>(
  terminal: Terminal,
  columns: readonly Column<T>[],
  rows: readonly T[],
  empty = 'Nothing found.',
): void {
  if (!terminal.isInteractive) {
    terminal.print(columns.map((column) => column.title.toLowerCase()).join('\t'));
    printMoreRows(terminal, columns, rows);
    if (rows.length === 0) terminal.note(empty);
    return;
  }
  if (rows.length === 0) return terminal.note(empty);
  const layout = fit(columns, rows, terminal.width);
  terminal.print(terminal.paint('dim', layout.header));
  for (const row of rows) printRow(terminal, layout, row);
}

/** Rows that follow after those of {@link printTable}. */
export function printMoreRows<T>(
  terminal: Terminal,
  columns: readonly Column<T>[],
  rows: readonly T[],
): void {
  if (terminal.isInteractive) {
    const layout = fit(columns, rows, terminal.width);
    for (const row of rows) printRow(terminal, layout, row);
  } else for (const row of rows) terminal.print(plainRow(columns, row));
}

/** One row as a program reads it. */
function plainRow<T>(columns: readonly Column<T>[], row: T): string {
  return columns.map((column) => cleanLine((column.plain ?? column.show)(row))).join('\t');
}

interface Layout<T> {
  inLine: readonly { column: Column<T>; width: number }[];
  /** These follow on lines of their own. */
  wrapped: readonly Column<T>[];
  header: string;
}

function fit<T>(columns: readonly Column<T>[], rows: readonly T[], room: number): Layout<T> {
  const wanted = new Map(
    columns.map((column) => [
      column,
      Math.max(stringWidth(column.title), ...rows.map((row) => stringWidth(cleanLine(column.show(row))))),
    ]),
  );
  const total = (): number =>
    [...wanted.values()].reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  const wrapped: Column<T>[] = [];
  for (const column of columns.filter(({ canWrap }) => canWrap === true)) {
    if (shrunk(wanted) <= room) break;
    wrapped.push(column);
    wanted.delete(column);
  }
  for (const column of [...wanted.keys()].filter(({ shrinkTo }) => shrinkTo !== undefined)) {
    const width = wanted.get(column) ?? 0;
    wanted.set(
      column,
      Math.min(width, Math.max(column.shrinkTo ?? width, width - Math.max(0, total() - room))),
    );
  }
  const inLine = [...wanted].map(([column, width]) => ({ column, width }));
  const header = inLine
    .map(({ column, width }) => pad(column.title.toUpperCase(), width, column.align))
    .join(GAP);
  return { inLine, wrapped, header: header.trimEnd() };
}

/** The width when every column that can is as narrow as it may be. */
function shrunk<T>(wanted: ReadonlyMap<Column<T>, number>): number {
  const widths = [...wanted].map(([column, width]) => Math.min(width, column.shrinkTo ?? width));
  return widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
}

function printRow<T>(terminal: Terminal, layout: Layout<T>, row: T): void {
  const cells = layout.inLine.map(({ column, width }) => {
    const text = pad(cut(cleanLine(column.show(row)), width), width, column.align);
    const style = column.style?.(row) ?? null;
    return style === null ? text : terminal.paint(style, text);
  });
  terminal.print(cells.join(GAP).trimEnd());
  for (const column of layout.wrapped) {
    terminal.print(terminal.paint('dim', `${GAP}${cleanLine(column.show(row))}`));
  }
}

function pad(text: string, width: number, align: 'right' | undefined): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? space + text : text + space;
}

/** The beginning of a text that fits, with an ellipsis when something is missing. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
