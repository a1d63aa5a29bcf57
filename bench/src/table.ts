/** The result as text. */
import type { ResultRow } from './report.ts';

const HEADINGS = ['row', 'median', 'min', 'max', 'unit'];

/** A table with aligned columns: numbers to the right, names and units to the left. Ends without a line break. */
export function formatTable(rows: readonly ResultRow[]): string {
  const cells = rows.map(({ name, unit, ...row }) => [
    name,
    ...[row.median, row.min, row.max].map((value) => formatValue(value, unit)),
    unit,
  ]);
  const lines = [HEADINGS, ...cells];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => formatLine(line, widths)).join('\n');
}

/** Rates as whole numbers with thousands marked, ratios with two decimals. */
export function formatValue(value: number, unit: ResultRow['unit']): string {
  if (unit === 'ratio') return value.toFixed(2);
  return Math.round(value).toLocaleString('en-US');
}

function formatLine(line: readonly string[], widths: readonly number[]): string {
  const padded = line.map((cell, column) => {
    const width = widths[column] ?? 0;
    return column > 0 && column < HEADINGS.length - 1 ? cell.padStart(width) : cell.padEnd(width);
  });
  return padded.join('  ').trimEnd();
}
