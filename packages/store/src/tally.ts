/** What is counted of a batch of tries, besides how many were delivered, failed or died. */
import type { Settlement } from '@hooklane/core';
import { latencyBucket } from './latency-bucket.ts';

/**
 * `<field> <number> …` for `settle`: `l:<bucket>` for deliveries by the time from acceptance, or from the redelivery that began it anew;
 * `o:<outcome>` for tries that did not succeed. Empty: nothing.
 */
export function tallyOf(settlements: readonly Settlement[]): string {
  const counts = new Map<string, number>();
  for (const { delivery, attempt, disposition } of settlements) {
    if (attempt === null) continue;
    const field =
      disposition.kind === 'delivered'
        ? `l:${latencyBucket(attempt.startedAt + attempt.durationMs - delivery.scheduledFrom)}`
        : `o:${attempt.outcome}`;
    counts.set(field, (counts.get(field) ?? 0) + 1);
  }
  return [...counts].flat().join(' ');
}
