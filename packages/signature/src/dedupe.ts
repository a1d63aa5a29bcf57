/**
 * Drops repeats. Hooklane sends a delivery again until it hears 2xx, always with the same `webhook-id`. An id is
 * *claimed* while it is being worked on and *done* when that went well. A claim that failed is released, and the one
 * of a process that died lapses, so the next try is worked on.
 */

/** The answer to a claim. */
export type Claim =
  | {
      /** It is yours: work, then call one of the two. */
      is: 'first';
      /** It went well: from now on the id is a repeat. */
      done: () => Promise<void>;
      /** It failed: the next try may claim it. Does nothing when the claim has lapsed and is another's. */
      release: () => Promise<void>;
    }
  /** It was done before: answer 2xx, do nothing. */
  | { is: 'repeat' }
  /** Another try of it is being worked on, or too much is: answer 503, so that Hooklane comes again. */
  | { is: 'busy'; retryAfterSec: number };

/** Remembers which ids were worked on. */
export interface Dedupe {
  /** Asks for an id. Rejects when the store is away: answer 5xx, so that Hooklane comes again. */
  claim(id: string): Promise<Claim>;
  /** Makes an id new again: for a redelivery by hand that shall be worked on once more. */
  forget(id: string): Promise<void>;
}

/** How long ids are kept. */
export interface DedupeTimes {
  /**
   * How long a done id is a repeat, ms. Default 96 h: Hooklane's retries by the default schedule end within 91 h.
   */
  ttlMs?: number;
  /** How long a claim holds, ms: longer than the slowest handler. Default 60 s. */
  claimMs?: number;
}

/** The default of {@link DedupeTimes}.ttlMs. */
export const DEFAULT_DEDUPE_TTL_MS = 96 * 3_600_000;

/** The default of {@link DedupeTimes}.claimMs. */
export const DEFAULT_CLAIM_MS = 60_000;

/** The two times, checked. Throws TypeError for one that is not a whole number of at least 1. */
export function dedupeTimes(times: DedupeTimes): Required<DedupeTimes> {
  const { ttlMs = DEFAULT_DEDUPE_TTL_MS, claimMs = DEFAULT_CLAIM_MS } = times;
  needWhole('ttlMs', ttlMs);
  needWhole('claimMs', claimMs);
  return { ttlMs, claimMs };
}

/** Throws TypeError unless the value is a whole number of at least 1. */
export function needWhole(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new TypeError(`${name} must be a whole number of at least 1; this one is ${value}.`);
  }
}

/** The answer while a claim of `claimMs` may hold. */
export function busy(claimMs: number): Claim {
  return { is: 'busy', retryAfterSec: Math.ceil(claimMs / 1000) };
}
