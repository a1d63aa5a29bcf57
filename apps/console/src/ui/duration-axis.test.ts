import { expect, test } from '@jest/globals';
import { durationAxis } from './duration-axis.ts';

test.each([
  [[279, 664, 790]],
  [[1]],
  [[0.2, 3]],
  [[100, 100, 100]],
  [[3, 40, 86_400_000]],
  [[4000, 9_000_000_000]],
])('%j all lie within the axis and not on its upper edge', (values) => {
  const { domain, ticks } = durationAxis(values);
  for (const value of values) {
    expect(Math.max(1, value)).toBeGreaterThanOrEqual(domain[0]);
    expect(value).toBeLessThan(domain[1]);
  }
  expect(ticks.length).toBeGreaterThanOrEqual(2);
  expect(ticks.length).toBeLessThanOrEqual(6);
  for (const tick of ticks) expect(tick).toBeLessThanOrEqual(domain[1]);
});

test('ticks are round', () => {
  expect(durationAxis([279, 664, 790])).toEqual({ domain: [200, 1000], ticks: [200, 500, 1000] });
});
