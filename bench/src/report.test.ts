import { expect, test } from '@jest/globals';
import { resultRows } from './report.ts';
import type { Measured, Row } from './rows/row.ts';

function row(name: string, comparedWith: readonly string[] = []): Row {
  return {
    name,
    group: 'throughput',
    figures: [
      { key: 'rate', label: '', unit: 'deliveries/s' },
      { key: 'cpu', label: 'sender CPU', unit: 'µs/delivery' },
    ],
    comparedWith,
    most: 1,
    secure: false,
    measure: () => Promise.reject(new Error('not measured here')),
  };
}

const rates = (...values: number[]): Measured[] => values.map((rate) => ({ rate }));

test('ratios are taken within each round, and their median is shown', () => {
  const rows = resultRows([
    { row: row('ceiling'), rounds: rates(100, 200, 400) },
    { row: row('hooklane fan-out 10', ['ceiling']), rounds: rates(50, 150, 100) },
  ]);
  expect(rows).toEqual([
    { name: 'ceiling', median: 200, min: 100, max: 400, unit: 'deliveries/s' },
    { name: 'hooklane fan-out 10', median: 100, min: 50, max: 150, unit: 'deliveries/s' },
    { name: 'hooklane fan-out 10 / ceiling', median: 0.5, min: 0.25, max: 0.75, unit: 'ratio' },
  ]);
});

test('what it costs comes after the ratios; what was not told is missing', () => {
  const rounds = [{ rate: 1, cpu: 80 }, { rate: 1 }, { rate: 1, cpu: 100 }];
  expect(resultRows([{ row: row('ceiling'), rounds }]).at(-1)).toEqual({
    name: 'ceiling: sender CPU',
    median: 90,
    min: 80,
    max: 100,
    unit: 'µs/delivery',
  });
});

test('a row whose counterpart was not measured has no ratio', () => {
  expect(resultRows([{ row: row('hooklane fan-out 1', ['ceiling']), rounds: rates(1) }])).toHaveLength(1);
});
