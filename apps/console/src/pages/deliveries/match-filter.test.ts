import type { ApiDelivery } from '@hooklane/client';
import { expect, test } from '@jest/globals';
import { matches, streamFilter } from './match-filter.ts';

const delivery = {
  status: 'dead',
  reason: 'exhausted',
  lastOutcome: 'timeout',
  lastStatusCode: null,
} as ApiDelivery;
const none = {} as Parameters<typeof matches>[1];

test('the stream is not asked by what changes on the way', () => {
  const filter = { ...none, account: 'acme', status: 'dead', statusCode: 500, reason: 'gone' } as typeof none;
  expect(streamFilter(filter)).toEqual({ account: 'acme' });
});

test.each([
  [{}, true],
  [{ status: 'dead' }, true],
  [{ status: 'retrying' }, false],
  [{ reason: 'gone' }, false],
  [{ reason: 'exhausted', statusCode: 0 }, true],
  [{ statusCode: 500 }, false],
] as const)('%j: %s', (filter, expected) => {
  expect(matches(delivery, { ...none, ...filter })).toBe(expected);
});

test('one that was never tried has no answer that is missing', () => {
  expect(matches({ ...delivery, lastOutcome: null }, { ...none, statusCode: 0 })).toBe(false);
});
