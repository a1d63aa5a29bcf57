/** The result as text. */
import type { FaultResult } from './kit/fault.ts';
import type { ReceiversResult } from './receivers/run-receivers.ts';

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
  'caught up',
  'refused',
  '',
] as const;

/** A table with aligned columns: numbers to the right. Ends without a line break. */
export function formatTable(results: readonly FaultResult[]): string {
  const lines: (readonly string[])[] = [HEADINGS, ...results.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => formatLine(line, widths)).join('\n');
}

/** The table of sick receivers, and what they did to the worker. */
export function formatReceivers({ receivers, healthy, workerMemory }: ReceiversResult): string {
  const lines = [
    ['receiver', 'deliveries', 'tries', 'end', ''],
    ...receivers.map(({ name, deliveries, tries, end, verdict }) => [
      name,
      String(deliveries),
      String(tries),
      end,
      verdict,
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const table = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const { owed, lost } = healthy;
  return [
    ...table,
    `beside them: ${owed} healthy deliveries, ${lost} lost; the worker had ${workerMemory.beforeMb} MB, at most ${workerMemory.peakMb} MB`,
  ].join('\n');
}

function cellsOf(result: FaultResult): string[] {
  if (result.verdict === 'skipped') return [result.name, ...Array<string>(10).fill('–'), 'skipped'];
  const { accepted, owed, delivered, dead, due, lost, repeats, refused, recoveredMs, caughtUpMs } = result;
  const counts = [accepted, owed, delivered, dead, due, lost, repeats].map((count) =>
    count.toLocaleString('en-US'),
  );
  const times = [recoveredMs, caughtUpMs].map((ms) =>
    ms === null ? 'never' : `${(ms / 1000).toFixed(1)} s`,
  );
  return [result.name, ...counts, ...times, refused.toLocaleString('en-US'), result.verdict];
}

function formatLine(line: readonly string[], widths: readonly number[]): string {
  const padded = line.map((cell, column) => {
    const width = widths[column] ?? 0;
    return column > 0 && column < HEADINGS.length - 1 ? cell.padStart(width) : cell.padEnd(width);
  });
  return padded.join('  ').trimEnd();
}
