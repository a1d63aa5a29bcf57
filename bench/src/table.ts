/** The result as text. */
import { figureName } from './report.ts';
import type { MeasuredRow, ResultRow } from './report.ts';
import type { Unit } from './rows/row.ts';

const SMALL = new Set<Unit>([
  'ms',
  's',
  'µs/delivery',
  'µs/event',
  'commands/delivery',
  'commands/event',
  'commands/s',
]);
const HEADINGS = ['row', 'median', 'min', 'max', 'unit'];

/** A table with aligned columns: numbers to the right, names and units to the left. Ends without a line break. */
export function formatTable(rows: readonly ResultRow[]): string {
  const cells = rows.map(({ name, unit, ...row }) => [
    name,
    ...[row.median, row.min, row.max].map((value) => formatValue(value, unit)),
    unit,
  ]);
  return align([HEADINGS, ...cells], HEADINGS.length - 1);
}

/** The rates and how they compare; then for each group of rows what else was measured of it. */
export function formatResult(measured: readonly MeasuredRow[], rows: readonly ResultRow[]): string {
  const throughput = new Set(
    measured.filter(({ row }) => row.group === 'throughput').map(({ row }) => row.name),
  );
  const rates = rows.filter(
    ({ name, unit }) => throughput.has(name) || (unit === 'ratio' && name.includes(' / ')),
  );
  const groups = [...Map.groupBy(measured, ({ row }) => row.group)];
  const tables = groups.map(([, group]) => formatFigures(group, rows));
  return [...(throughput.size > 0 ? [formatTable(rates)] : []), ...tables].join('\n\n');
}

/** The medians of all figures, one line for each row; of throughput not the rate, which has a table of its own. */
export function formatFigures(measured: readonly MeasuredRow[], rows: readonly ResultRow[]): string {
  const first = measured[0]?.row;
  const figures = first?.figures.filter(({ label }) => label !== '' || first.group !== 'throughput') ?? [];
  const known = new Map(rows.map((row) => [row.name, row]));
  const lines = measured.map(({ row }) => [
    row.name,
    ...figures.map(({ label, unit }) => {
      const result = known.get(figureName(row.name, label));
      return result === undefined ? '–' : formatValue(result.median, unit);
    }),
  ]);
  const headings = ['row', ...figures.map(({ label }) => label || 'rate')];
  const units = ['', ...figures.map(({ unit }) => unit)];
  return align([headings, units, ...lines], headings.length);
}

/** All of a result: the rates and how they compare, then what else was measured, rows that have the same figures together. */
export function formatReport(rows: readonly ResultRow[]): string {
  const named = rows.filter(({ name, unit }) => !name.includes(': ') || unit === 'ratio');
  const others = Map.groupBy(
    rows.filter(({ name }) => name.includes(': ')),
    ({ name }) => name.slice(0, name.indexOf(': ')),
  );
  const labelOf = ({ name }: ResultRow): string => name.slice(name.indexOf(': ') + 2);
  const alike = Map.groupBy(others, ([, figures]) => figures.map(labelOf).join('|'));
  const tables = [...alike.values()].map((group) => {
    const figures = group[0]?.[1] ?? [];
    const lines = group.map(([name, own]) => [
      name,
      ...own.map(({ median, unit }) => formatValue(median, unit)),
    ]);
    const headings = [
      ['row', ...figures.map(labelOf)],
      ['', ...figures.map(({ unit }) => unit)],
    ];
    return align([...headings, ...lines], figures.length + 1);
  });
  return [formatTable(named), ...tables].join('\n\n');
}

/** Rates as whole numbers with thousands marked, what is small with decimals. */
export function formatValue(value: number, unit: Unit): string {
  if (unit === 'ratio' || unit === 'scripts/delivery') return value.toFixed(2);
  if (SMALL.has(unit)) return value.toFixed(1);
  return Math.round(value).toLocaleString('en-US');
}

/** `lastText`: the column that is text as well, beside the first. */
function align(lines: readonly (readonly string[])[], lastText: number): string {
  const columns = lines[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const formatLine = (line: readonly string[]): string => {
    const padded = line.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column > 0 && column < lastText ? cell.padStart(width) : cell.padEnd(width);
    });
    return padded.join('  ').trimEnd();
  };
  return lines.map(formatLine).join('\n');
}
