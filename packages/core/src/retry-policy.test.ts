import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { formatDuration } from './duration.ts';
import {
  DEFAULT_RETRY_POLICY,
  DEFAULT_RETRY_SCHEDULE,
  MAX_RETRIES,
  MAX_RETRY_DELAY_MS,
  parseRetrySchedule,
  retryDelay,
  scheduleTotalMs,
} from './retry-policy.ts';

const delays = fc.array(fc.integer({ min: 1, max: MAX_RETRY_DELAY_MS }), {
  minLength: 1,
  maxLength: MAX_RETRIES,
});
const policies = fc.record({ scheduleMs: delays, jitter: fc.double({ min: 0, max: 1, noNaN: true }) });
const random01 = fc.double({ min: 0, max: 1, noNaN: true });

test('the default policy is the default schedule', () => {
  const { scheduleMs, jitter } = DEFAULT_RETRY_POLICY;
  expect(parseRetrySchedule(DEFAULT_RETRY_SCHEDULE)).toEqual({ ok: true, scheduleMs });
  expect(jitter).toBe(0.2);
});

test('the first failed try waits for the first delay, the last one ends the schedule', () => {
  const waits = Array.from({ length: 10 }, (_, index) => retryDelay(DEFAULT_RETRY_POLICY, index + 1, 0.5));
  expect(waits).toEqual([...DEFAULT_RETRY_POLICY.scheduleMs, null]);
});

test('a try that did not count waits as after the first', () => {
  expect(retryDelay(DEFAULT_RETRY_POLICY, 0, 0.5)).toBe(5000);
});

test('every delay stays within the jitter, and all together within the total', () => {
  fc.assert(
    fc.property(policies, random01, (policy, random) => {
      let total = 0;
      for (const [index, base] of policy.scheduleMs.entries()) {
        const delay = retryDelay(policy, index + 1, random) ?? Number.NaN;
        expect(Math.abs(delay - base)).toBeLessThanOrEqual(base * policy.jitter + 0.5);
        total += delay;
      }
      expect(total).toBeLessThanOrEqual(scheduleTotalMs(policy));
      expect(retryDelay(policy, policy.scheduleMs.length + 1, random)).toBeNull();
    }),
  );
});

test('the ends of the jitter are reached', () => {
  const policy = { scheduleMs: [1000], jitter: 0.2 };
  expect([retryDelay(policy, 1, 0), retryDelay(policy, 1, 1), scheduleTotalMs(policy)]).toEqual([
    800, 1200, 1200,
  ]);
});

test('every schedule within the bounds reads back from its text', () => {
  fc.assert(
    fc.property(delays, fc.constantFrom(',', ', ', ' ,'), (scheduleMs, comma) => {
      const text = scheduleMs.map(formatDuration).join(comma);
      expect(parseRetrySchedule(text)).toEqual({ ok: true, scheduleMs });
    }),
  );
});

test.each([
  ['', '""'],
  ['5s,', '""'],
  ['5s,soon,1h', '"soon"'],
  ['0s', '"0s"'],
  ['169h', '"169h"'],
  [Array(51).fill('1s').join(), 'at most 50'],
])('the schedule "%s" is refused, naming the bound and the value', (text, part) => {
  const check = parseRetrySchedule(text);
  expect(check).toMatchObject({ ok: false, message: expect.stringContaining(part) });
  expect(check).toMatchObject({ message: expect.stringMatching(/1ms to 168h|at most 50/) });
});
