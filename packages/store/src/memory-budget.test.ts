import { expect, test } from '@jest/globals';
import { MemoryBudget, type MemoryLevel, memorySentence, nextLevel } from './memory-budget.ts';

test('The level follows the share, and comes back 5 % below each bound', () => {
  const walk: [number, MemoryLevel][] = [
    [0.79, 'ok'],
    [0.8, 'shed'],
    [0.76, 'shed'],
    [0.74, 'ok'],
    [0.9, 'refuse'],
    [0.86, 'refuse'],
    [0.84, 'shed'],
    [0.95, 'refuse'],
    [0.1, 'ok'],
  ];
  let level: MemoryLevel = 'ok';
  for (const [share, expected] of walk) {
    level = nextLevel(level, share);
    expect([share, level]).toEqual([share, expected]);
  }
});

test('The budget is the one that was set, else that of Redis, else none', () => {
  const info = (used: number, max: number) =>
    `# Memory\r\nused_memory:${used}\r\nmem_not_counted_for_evict:5\r\nmaxmemory:${max}\r\n`;
  expect(new MemoryBudget(100).judge(info(95, 1000))).toEqual({
    usedBytes: 90,
    budgetBytes: 100,
    level: 'refuse',
  });
  expect(new MemoryBudget(0).judge(info(95, 100))).toMatchObject({ budgetBytes: 100, level: 'refuse' });
  expect(new MemoryBudget(0).judge(info(95, 0))).toEqual({ usedBytes: 90, budgetBytes: 0, level: 'ok' });
});

test('It is told in a sentence what is done without', () => {
  const report = { usedBytes: 90 * 2 ** 20, budgetBytes: 100 * 2 ** 20 };
  expect(memorySentence({ ...report, level: 'ok' })).toBeNull();
  expect(memorySentence({ ...report, level: 'shed' })).toBe(
    'Redis uses 90.0 of 100 MiB: answers of receivers are not kept.',
  );
  expect(memorySentence({ ...report, level: 'refuse' })).toBe(
    'Redis uses 90.0 of 100 MiB: new events are refused until it is below 85 %; what was accepted is delivered.',
  );
});
