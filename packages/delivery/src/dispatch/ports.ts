/** What dispatch needs of the world, declared here where it is used; `store` and `queue` fulfil it. */
import type { AcceptedEvent, LaneWake, UnmatchedReason } from '@hooklane/core';

/** Matches, stores and puts into lanes, in one step. Idempotent by event id. Fails with `redis_unavailable`. */
export interface EventStore {
  dispatch(events: readonly AcceptedEvent[]): Promise<{
    results: ({ deliveries: number } | { none: UnmatchedReason | 'duplicate' | 'id_taken' | 'damaged' })[];
    wakes: LaneWake[];
  }>;
}

/** Hints for lanes. */
export interface Wakes {
  wake(wakes: LaneWake[]): Promise<void>;
}
