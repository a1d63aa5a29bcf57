import { expect, test } from '@jest/globals';
import { resultRows } from './report.ts';

test('ratios are taken within each round, and their median is shown', () => {
  const rows = resultRows(
    new Map([
      ['ceiling', [100, 200, 400]],
      ['hooklane fan-out 10', [50, 150, 100]],
    ]),
  );
  expect(rows).toEqual([
    { name: 'ceiling', median: 200, min: 100, max: 400, unit: 'deliveries/s' },
    { name: 'hooklane fan-out 10', median: 100, min: 50, max: 150, unit: 'deliveries/s' },
    { name: 'hooklane fan-out 10 / ceiling', median: 0.5, min: 0.25, max: 0.75, unit: 'ratio' },
  ]);
});

test('a row that was not measured has no ratio', () => {
  expect(resultRows(new Map([['hooklane fan-out 1', [1]]]))).toHaveLength(1);
});
