import { expect, test } from '@jest/globals';
import { parseProcessUsage, readProcessUsage } from './process-usage.ts';

test('a program with a bracket in its name is read right', () => {
  const stat =
    '7 (node (a) b) R 1 7 7 0 -1 4194304 98 0 0 0 150 25 0 0 20 0 1 0 87944 3133440 393 18446744073709551615';
  expect(
    parseProcessUsage(stat, 'Name:\tnode\nVmPeak:\t  900 kB\nVmHWM:\t   48 kB\nVmRSS:\t  40 kB\n'),
  ).toEqual({
    cpuMicros: 1_750_000,
    peakBytes: 49_152,
  });
});

test('what this process burns is seen', async () => {
  const before = await readProcessUsage(process.pid);
  const start = process.cpuUsage();
  while (process.cpuUsage(start).user + process.cpuUsage(start).system < 100_000) Math.sqrt(2);
  const after = await readProcessUsage(process.pid);
  expect((after?.cpuMicros ?? 0) - (before?.cpuMicros ?? 0)).toBeGreaterThanOrEqual(80_000);
  expect(after?.peakBytes).toBeGreaterThan(10_000_000);
});

test('a process that does not exist has no usage', async () => {
  expect(await readProcessUsage(2 ** 30)).toBeNull();
});
