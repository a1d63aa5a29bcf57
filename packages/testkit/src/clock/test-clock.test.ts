import { expect, test } from '@jest/globals';
import { createTestClock } from './test-clock.ts';

test('A test clock moves only when it is told', () => {
  const clock = createTestClock(1000);
  const { now } = clock;
  expect(now()).toBe(1000);
  clock.advance(250);
  expect(now()).toBe(1250);
  clock.set(5);
  expect(now()).toBe(5);
});

test('Two test clocks begin at the same time', () => {
  expect(createTestClock().now()).toBe(createTestClock().now());
});
