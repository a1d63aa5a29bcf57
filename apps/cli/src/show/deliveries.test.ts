import { expect, test } from '@jest/globals';
import type { ApiDelivery } from '@hooklane/client';
import { tellStatus } from './deliveries.ts';

test.each([
  ['2026-11-23T22:00:04Z', 'retrying, next try in 4s'],
  ['2026-11-23T21:59:59.500Z', 'retrying, next try now'],
  ['2026-11-23T21:59:20Z', 'retrying, due for 40s'],
])('a try at %s, seen at 22:00, is told as %j', (nextAttemptAt, told) => {
  const delivery = { status: 'retrying', nextAttemptAt, reason: null } as ApiDelivery;
  expect(tellStatus(delivery, Date.UTC(2026, 10, 23, 22))).toBe(told);
});
