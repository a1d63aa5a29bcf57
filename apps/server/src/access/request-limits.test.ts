import { describe, expect, test } from '@jest/globals';
import { RequestLimits } from './request-limits.ts';
import { WindowCounter } from './window-counter.ts';

const TOO_MANY = expect.objectContaining({ code: 'too_many_requests' });

function failTimes(limits: RequestLimits, address: string, times: number): void {
  for (let i = 0; i < times; i += 1) limits.countFailure(address);
}

describe('A network that shows wrong tokens', () => {
  test('is not answered any more, not even when it guesses right; others are', () => {
    const limits = new RequestLimits({ perToken: 0, failures: 3 });
    failTimes(limits, '192.0.2.1', 2);
    limits.demandFewFailures('192.0.2.1', 'right');
    failTimes(limits, '192.0.2.1', 1);
    expect(() => limits.demandFewFailures('192.0.2.1', 'right')).toThrow(TOO_MANY);
    limits.demandFewFailures('192.0.2.2', 'right');
  });

  test('does not lock out who showed a right one from there before', () => {
    const limits = new RequestLimits({ perToken: 0, failures: 3 });
    limits.remember('192.0.2.1', 'right');
    failTimes(limits, '192.0.2.1', 10);
    limits.demandFewFailures('192.0.2.1', 'right');
    expect(() => limits.demandFewFailures('192.0.2.1', 'other')).toThrow(TOO_MANY);
    failTimes(limits, '192.0.2.7', 10);
    expect(() => limits.demandFewFailures('192.0.2.7', 'right')).toThrow(TOO_MANY);
  });

  test('is one however it writes its address, and however many of IPv6 it has', () => {
    const limits = new RequestLimits({ perToken: 0, failures: 2 });
    failTimes(limits, '::ffff:192.0.2.1', 2);
    expect(() => limits.demandFewFailures('192.0.2.1', 'x')).toThrow(TOO_MANY);
    failTimes(limits, '2001:db8:1:2::1', 1);
    failTimes(limits, '2001:db8:1:2:a:b:c:d', 1);
    expect(() => limits.demandFewFailures('2001:db8:1:2::99', 'x')).toThrow(TOO_MANY);
    limits.demandFewFailures('2001:db8:1:3::1', 'x');
  });
});

test('A token may make so many requests a minute; 0 is no limit', () => {
  const limits = new RequestLimits({ perToken: 2, failures: 0 });
  limits.countRequest('a');
  limits.countRequest('a');
  limits.countRequest('b');
  expect(() => limits.countRequest('a')).toThrow(/may make 2 requests a minute.*Try again in 60 s/);
  const none = new RequestLimits({ perToken: 0, failures: 0 });
  for (let i = 0; i < 1000; i += 1) none.countRequest('a');
});

test('A window ends, and the number of keys is bounded', () => {
  const counter = new WindowCounter(1000);
  expect(counter.hit('a', 0)).toEqual({ count: 1, resetInMs: 1000 });
  expect(counter.hit('a', 999)).toEqual({ count: 2, resetInMs: 1 });
  expect(counter.hit('a', 1000)).toEqual({ count: 1, resetInMs: 1000 });
  for (let i = 0; i < 10_000; i += 1) counter.hit(`key-${i}`, 1000);
  expect(counter.look('a', 1001).count).toBe(0);
  expect(counter.look('key-9999', 1001).count).toBe(1);
});
