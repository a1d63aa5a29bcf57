import { expect, test } from '@jest/globals';
import { formatTable } from './table.ts';

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
