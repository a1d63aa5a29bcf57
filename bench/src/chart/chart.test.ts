import { expect, test } from '@jest/globals';
import { lineChart } from './line-chart.ts';
import { throughputChart } from './throughput-chart.ts';

const unit = 'deliveries/s' as const;
const report = {
  rows: [
    { name: 'ceiling', median: 20_000, min: 18_000, max: 21_000, unit },
    { name: 'hooklane <fan-out> 10', median: 10_000, min: 9000, max: 11_000, unit },
    { name: 'one endpoint down: the others beside it', median: 9, min: 9, max: 9, unit },
    { name: 'ceiling: sender CPU', median: 30, min: 29, max: 31, unit: 'µs/delivery' as const },
  ],
  machine: { cpu: 'a & b', cores: 2, memoryGiB: 4, system: 'Linux' },
  date: '2026-01-02T03:04:05.000Z',
  commit: null,
  versions: { node: '24.0.0', redis: '7.0.0' },
};

test('bars are as long as the rates are high, and only the rates of rows have one', () => {
  const svg = throughputChart(report);
  const widths = [...svg.matchAll(/<rect class="c\d fill"[^>]* width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  expect(widths).toHaveLength(2);
  expect((widths[0] ?? 0) / (widths[1] ?? 1)).toBeCloseTo(2, 1);
  expect(svg).toContain('hooklane &lt;fan-out&gt; 10');
  expect(svg).toContain('a &amp; b');
  expect(svg).toContain('2026-01-02');
});

test('curves are drawn by factors, and their names do not lie on each other', () => {
  const svg = lineChart({
    title: 'latency',
    description: 'of two',
    x: { label: 'rate', marks: [1, 10, 100] },
    y: { label: 'ms', marks: [1, 10, 100] },
    curves: [
      {
        name: 'one',
        points: [
          [1, 1],
          [10, 10],
          [100, 100],
        ],
      },
      {
        name: 'two',
        points: [
          [1, 2],
          [100, 99],
        ],
      },
    ],
  });
  const [first = ''] = [...svg.matchAll(/points="([^"]+)"/g)].map(([, points]) => points);
  const [a = [], b = [], c = []] = first.split(' ').map((point) => point.split(',').map(Number));
  expect((b[0] ?? 0) - (a[0] ?? 0)).toBeCloseTo((c[0] ?? 0) - (b[0] ?? 0), 0);
  const [one = 0, two = 0] = ['one', 'two'].map((name) =>
    Number(new RegExp(`y="([\\d.]+)"[^>]*>${name}<`).exec(svg)?.[1]),
  );
  expect(Math.abs(one - two)).toBeGreaterThanOrEqual(15);
});
