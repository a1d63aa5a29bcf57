/** Whether memory stayed flat. */
import { summarize } from '../statistics.ts';
import type { Sample } from './worker-sample.ts';

/** Fewer deliveries say nothing: the worker is still being compiled, and its cache of bodies is not full yet. */
export const JUDGED_FROM = 400_000;

/** The median of the last quarter may be so many times that of the second. */
export const MOST_GROWTH = 1.1;

/** What is said of the samples. */
export interface Verdict {
  /** The median of the last quarter divided by that of the second; null: no sample fell into one of them. */
  growth: number | null;
  /** null: too few deliveries, or no growth to tell. */
  isFlat: boolean | null;
}

/** Judges. Quarters are of the deliveries, not of the time: a pause does not count. */
export function judge(samples: readonly Sample[], deliveries: number): Verdict {
  const second = medianRss(samples, deliveries, [0.25, 0.5]);
  const last = medianRss(samples, deliveries, [0.75, 1]);
  const growth = second === null || last === null ? null : last / second;
  return { growth, isFlat: growth === null || deliveries < JUDGED_FROM ? null : growth <= MOST_GROWTH };
}

function medianRss(
  samples: readonly Sample[],
  deliveries: number,
  [from, until]: readonly [number, number],
): number | null {
  const inside = samples.filter(({ received }) => {
    const share = received / deliveries;
    return share > from && share <= until;
  });
  return inside.length === 0 ? null : summarize(inside.map(({ rssBytes }) => rssBytes)).median;
}

/** The sample in which so much had been received for the first time; null: it never was. */
export function sampleAt(samples: readonly Sample[], deliveries: number, share: number): Sample | null {
  return samples.find(({ received }) => received >= deliveries * share) ?? null;
}
