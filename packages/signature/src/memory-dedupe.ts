/** Drops repeats within one process. */
import { busy, dedupeTimes, needWhole } from './dedupe.ts';
import type { Claim, Dedupe, DedupeTimes } from './dedupe.ts';

/** How to remember. */
export interface MemoryDedupeOptions extends DedupeTimes {
  /** The most done ids, and the most claims at a time; default 100,000 (about 15 MB). The oldest done id makes room. */
  maxIds?: number;
  /** ms since the epoch; default `Date.now`. */
  now?: () => number;
}

/** Drops repeats within one process, until it ends. It has no timer. Throws TypeError for a bound that is no number. */
export function createMemoryDedupe(options: MemoryDedupeOptions = {}): Dedupe {
  const { ttlMs, claimMs } = dedupeTimes(options);
  const { maxIds = 100_000, now = Date.now } = options;
  needWhole('maxIds', maxIds);
  // Each map has one lifetime, so what was put in first ends first, and a sweep stops at the first that still holds.
  const claims = new Map<string, { until: number }>();
  const doneUntil = new Map<string, { until: number }>();

  function claim(id: string): Claim {
    dropEnded(claims, now());
    dropEnded(doneUntil, now());
    if (doneUntil.has(id)) return { is: 'repeat' };
    if (claims.has(id) || claims.size >= maxIds) return busy(claimMs);
    const mine = { until: now() + claimMs };
    claims.set(id, mine);
    const end = (): void => {
      if (claims.get(id) === mine) claims.delete(id);
    };
    return {
      is: 'first',
      done: async () => {
        end();
        remember(id);
      },
      release: async () => end(),
    };
  }

  function remember(id: string): void {
    // Taken out first, so that it goes to the end of the order.
    doneUntil.delete(id);
    const oldest = doneUntil.size >= maxIds ? doneUntil.keys().next().value : undefined;
    if (oldest !== undefined) doneUntil.delete(oldest);
    doneUntil.set(id, { until: now() + ttlMs });
  }

  return {
    claim: async (id) => claim(id),
    forget: async (id) => {
      claims.delete(id);
      doneUntil.delete(id);
    },
  };
}

function dropEnded(entries: Map<string, { until: number }>, now: number): void {
  for (const [id, { until }] of entries) {
    if (until > now) return;
    entries.delete(id);
  }
}
