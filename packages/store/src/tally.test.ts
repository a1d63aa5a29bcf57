import { expect, test } from '@jest/globals';
import type { Settlement } from '@hooklane/core';
import { bucketMiddle, latencyBucket } from './latency-bucket.ts';
import { tallyOf } from './tally.ts';

function settlement(more: {
  outcome?: string;
  tookMs?: number;
  tried?: boolean;
  redelivered?: boolean;
}): Settlement {
  const { outcome = 'ok', tookMs = 0, tried = true, redelivered = false } = more;
  const acceptedAt = 1_000_000;
  const scheduledFrom = redelivered ? acceptedAt + 3_600_000 : acceptedAt;
  const delivery = { eventId: 'e', acceptedAt, scheduledFrom };
  const attempt = { outcome, startedAt: scheduledFrom + tookMs - 2, durationMs: 2 };
  const kind = outcome === 'ok' ? 'delivered' : 'retry';
  return { delivery, attempt: tried ? attempt : null, disposition: { kind } } as unknown as Settlement;
}

test('Deliveries are counted by the time from acceptance, or from their redelivery; failures by what they came to', () => {
  const batch = [
    settlement({ tookMs: 4 }),
    settlement({ tookMs: 4, redelivered: true }),
    settlement({ outcome: 'timeout' }),
    settlement({ outcome: 'timeout' }),
    settlement({ outcome: 'rejected' }),
    settlement({ tried: false }),
  ];
  expect(tallyOf(batch)).toBe('l:8 2 o:timeout 2 o:rejected 1');
  expect(tallyOf([])).toBe('');
});

test.each([0, 1, 2, 3, 7, 100, 1000, 86_400_000, 604_800_000])(
  'the middle of the bucket of %d ms is right to a tenth',
  (ms) => {
    const middle = bucketMiddle(latencyBucket(ms));
    expect(Math.abs(middle - Math.max(1, ms)) / Math.max(1, ms)).toBeLessThan(0.1);
  },
);

test('no time has a bucket of its own: a clock that went back counts as at once, a year as a week', () => {
  expect(latencyBucket(-5000)).toBe(0);
  expect(latencyBucket(31_536_000_000)).toBe(116);
});
