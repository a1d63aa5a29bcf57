import { expect, test } from '@jest/globals';
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
