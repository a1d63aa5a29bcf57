/** Percentiles of durations. */

/** p50, p95 and p99 by nearest rank, ms; null of nothing. */
export function percentilesOf(
  durations: readonly number[],
): { p50: number; p95: number; p99: number } | null {
  if (durations.length === 0) return null;
  const sorted = durations.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
