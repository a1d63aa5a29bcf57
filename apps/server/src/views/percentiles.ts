/** Percentiles of durations. */

interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

/** p50, p95 and p99 by nearest rank, ms; null of nothing. */
export function percentilesOf(durations: readonly number[]): Percentiles | null {
  return percentilesOfCounts(durations.toSorted((a, b) => a - b).map((ms) => ({ ms, count: 1 })));
}

/** The same of durations that were counted, in rising order; to a tenth of a millisecond. */
export function percentilesOfCounts(counts: readonly { ms: number; count: number }[]): Percentiles | null {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const at = (share: number): number => {
    let left = Math.ceil(total * share);
    for (const { ms, count } of counts) if ((left -= count) <= 0) return Math.round(ms * 10) / 10;
    return 0;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
