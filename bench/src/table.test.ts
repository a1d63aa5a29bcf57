import { expect, test } from '@jest/globals';
import { formatFigures, formatReport, formatTable } from './table.ts';

test('names stand left, numbers right, with thousands marked and ratios to two decimals', () => {
  const table = formatTable([
    { name: 'ceiling', median: 29_400.4, min: 900, max: 31_000, unit: 'deliveries/s' },
    { name: 'a / b', median: 0.456, min: 0.4, max: 12, unit: 'ratio' },
  ]);
  expect(table.split('\n')).toEqual([
    'row      median   min     max  unit',
    'ceiling  29,400   900  31,000  deliveries/s',
    'a / b      0.46  0.40   12.00  ratio',
  ]);
});

test('costs stand below their names and units, with a dash for what was not told', () => {
  const row = {
    name: 'ceiling',
    group: 'throughput',
    figures: [
      { key: 'rate', label: '', unit: 'deliveries/s' },
      { key: 'cpu', label: 'sender CPU', unit: 'µs/delivery' },
      { key: 'scripts', label: 'scripts', unit: 'scripts/delivery' },
    ],
    comparedWith: [],
    most: 1,
    secure: false,
    measure: () => Promise.reject(new Error('not measured here')),
  } as const;
  const result = { median: 41.04, min: 40, max: 50, unit: 'µs/delivery' } as const;
  const table = formatFigures([{ row, rounds: [] }], [{ name: 'ceiling: sender CPU', ...result }]);
  expect(table.split('\n')).toEqual([
    'row       sender CPU           scripts',
    '         µs/delivery  scripts/delivery',
    'ceiling         41.0                 –',
  ]);
});

test('a result as a whole: rates and ratios first, then rows with the same figures together', () => {
  const row = (name: string, median: number, unit: 'deliveries/s' | 'ms') => ({
    name,
    median,
    min: 1,
    max: 2,
    unit,
  });
  const text = formatReport([
    row('ceiling', 9, 'deliveries/s'),
    row('latency 1: p50', 1, 'ms'),
    row('latency 1: p99', 2.25, 'ms'),
    row('latency 2: p50', 3, 'ms'),
    row('latency 2: p99', 4, 'ms'),
  ]);
  expect(text.split('\n').slice(3)).toEqual([
    'row        p50  p99',
    '            ms   ms',
    'latency 1  1.0  2.3',
    'latency 2  3.0  4.0',
  ]);
});
