/** The result as text. */
import type { FaultResult } from './kit/fault.ts';

const HEADINGS = [
  'fault',
  'accepted',
  'owed',
  'delivered',
  'dead',
  'due',
  'lost',
  'repeats',
  'recovered',
  'refused',
  '',
] as const;

/** A table with aligned columns: numbers to the right. Ends without a line break. */
export function formatTable(results: readonly FaultResult[]): string {
  const lines: (readonly string[])[] = [HEADINGS, ...results.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => formatLine(line, widths)).join('\n');
}

/** The same as a table of Markdown. */
export function formatMarkdown(results: readonly FaultResult[]): string {
  const rows = results.map(cellsOf).map((cells) => `| ${cells.join(' | ')} |`);
  return [`| ${HEADINGS.join(' | ')} |`, `|${HEADINGS.map(() => ' --- |').join('')}`, ...rows].join('\n');
}

function cellsOf(result: FaultResult): string[] {
  if (result.verdict === 'skipped') return [result.name, ...Array<string>(9).fill('–'), 'skipped'];
  const { accepted, owed, delivered, dead, due, lost, repeats, refused, recoveredMs } = result;
  const counts = [accepted, owed, delivered, dead, due, lost, repeats].map((count) =>
    count.toLocaleString('en-US'),
  );
  const recovered = recoveredMs === null ? 'never' : `${(recoveredMs / 1000).toFixed(1)} s`;
  return [result.name, ...counts, recovered, refused.toLocaleString('en-US'), result.verdict];
}

function formatLine(line: readonly string[], widths: readonly number[]): string {
  const padded = line.map((cell, column) => {
    const width = widths[column] ?? 0;
    return column > 0 && column < HEADINGS.length - 1 ? cell.padStart(width) : cell.padEnd(width);
  });
  return padded.join('  ').trimEnd();
}
