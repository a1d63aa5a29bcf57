/** Looks into a spool without sending anything. */
import type { AcceptedEvent } from '@hooklane/core';
import type { Spool } from '@hooklane/producer';

/** What waits in a spool. */
export interface Waiting {
  /** How many, and whether that is all; null while another process is sending from it. */
  events: { count: number; isAll: boolean } | null;
  /** When the oldest was spooled, ms since the epoch. */
  oldestAt: number | null;
}

/** So much is read in order to count, so that a look at a large spool is no danger to the machine. */
const MOST = { events: 100_000, bytes: 64 * 1024 * 1024 };

/** A replay whose first batch is not sent: then everything stays where it is. */
export async function lookInto(spool: Spool): Promise<Waiting> {
  const looked = new Error('Only looked.');
  const { bytes } = await spool.size();
  let batch: readonly AcceptedEvent[] = [];
  const take = (events: readonly AcceptedEvent[]): Promise<never> => {
    batch = events;
    return Promise.reject(looked);
  };
  const result = await spool.replay(take, { maxBatch: MOST }).catch((error: unknown) => {
    if (error !== looked) throw error;
    return { isBusy: false };
  });
  if (result.isBusy) return { events: null, oldestAt: null };
  const isAll = bytes <= MOST.bytes && batch.length < MOST.events;
  return { events: { count: batch.length, isAll }, oldestAt: batch[0]?.acceptedAt ?? null };
}
