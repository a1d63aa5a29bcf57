import { expect, test } from '@jest/globals';
import { showAgo, showSpan } from './times.ts';

test.each([
  [0, '0ms'],
  [999, '999ms'],
  [4250, '4.2s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [125_000, '2m 5s'],
  [11 * 60_000 + 5000, '11m'],
  [2 * 3_600_000 + 300_000, '2h 5m'],
  [3 * 86_400_000 + 4 * 3_600_000, '3d 4h'],
  [30 * 86_400_000 + 4 * 3_600_000, '30d'],
  [-5, '0ms'],
])('%i ms is %s', (ms, text) => {
  expect(showSpan(ms)).toBe(text);
});

test('before and after now', () => {
  const now = Date.parse('2026-11-23T22:00:00Z');
  expect(showAgo('2026-11-23T21:59:51.500Z', now)).toBe('8s ago');
  expect(showAgo('2026-11-23T22:05:00Z', now)).toBe('in 5m');
  expect(showAgo('2026-11-23T22:00:00.900Z', now)).toBe('now');
});
