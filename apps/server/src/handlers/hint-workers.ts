/** Hints to workers after a write that counts. */
import type { LaneWake } from '@hooklane/core';
import type { HandlerDeps } from '../deps.ts';

/**
 * Wakes lanes. A hint that cannot be given is no reason to fail: what was asked for is already written, and the
 * sweep wakes the lane within 15 s.
 */
export async function wakeLanes({ ports, logger }: HandlerDeps, wakes: LaneWake[]): Promise<void> {
  if (wakes.length === 0) return;
  await ports.wakes.wake(wakes).catch((error: unknown) => {
    logger.warn({ err: error }, 'a lane could not be woken; the sweep will do it');
  });
}

/** Takes letters out of the queue `dead-letters`; they are already resolved in the store. */
export async function removeLetters({ ports, logger }: HandlerDeps, deliveryIds: string[]): Promise<void> {
  await ports.wakes.removeDeadLetters(deliveryIds).catch((error: unknown) => {
    logger.warn({ err: error }, 'a resolved letter could not be taken out of the queue dead-letters');
  });
}
