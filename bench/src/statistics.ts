/** Median, smallest and largest of the rounds. */

/** What is said of the rounds of a row. */
export interface Summary {
  median: number;
  min: number;
  max: number;
}

/** Of an even number of values the median is the mean of the two in the middle. Throws RangeError for none. */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined || min === undefined || max === undefined) {
    throw new RangeError('There is no median of nothing.');
  }
  return { median: (low + high) / 2, min, max };
}

/** Round by round, so that what slows down a whole round does not count: the ratio of the same round's rates. */
export function ratios(above: readonly number[], below: readonly number[]): number[] {
  return above.flatMap((value, round) => {
    const other = below[round];
    return other === undefined ? [] : [value / other];
  });
}

/** What is said of latencies, in their own unit. */
export interface LatencySummary {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Of all that were measured, none left out. Throws RangeError for none. */
export function latencySummary(values: readonly number[]): LatencySummary {
  const sorted = values.toSorted((a, b) => a - b);
  const max = sorted.at(-1);
  if (max === undefined) throw new RangeError('There is no latency of nothing.');
  // The smallest value that at least so many are not above.
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? max;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max };
}
