/** Hints to the workers, and the queue of dead letters. */
import type { DeadLetter, LanePool, LaneWake } from '@hooklane/core';
import type { QueueConnection } from './connection.ts';
import { parseDeadLetter, parseLaneHint, parseRedriveOrder } from './job-data.ts';

/** What may be written to the queues of lanes, redrives and dead letters. All calls throw `redis_unavailable`. */
export interface Wakes {
  /** Wakes lanes, now or at their time. A wake too many does no harm; one that got lost is made good by the sweep. */
  wake(wakes: readonly LaneWake[]): Promise<void>;
  /** Starts a stored bulk action. A second call while it waits or runs changes nothing. */
  startRedrive(redriveId: string): Promise<void>;
  /** Adds letters to the queue `dead-letters`; one that is already there is no error. */
  addDeadLetters(letters: readonly DeadLetter[]): Promise<void>;
  /** Takes letters out of the queue `dead-letters`; a missing one, or one that a foreign worker holds, is no error. */
  removeDeadLetters(deliveryIds: readonly string[]): Promise<void>;
}

/** The most jobs that go to Redis in one pipeline: it serves nobody else meanwhile. */
const MAX_PER_PIPELINE = 500;

/** Opens the writing end of the queues of lanes, redrives and dead letters. */
export function openWakes(connection: QueueConnection): Wakes {
  return {
    async wake(wakes) {
      const slow = wakes.filter((wake) => wake.pool === 'slow-lanes');
      const healthy = slow.length === 0 ? wakes : wakes.filter((wake) => wake.pool === 'lanes');
      await Promise.all([wakePool(connection, 'lanes', healthy), wakePool(connection, 'slow-lanes', slow)]);
    },
    async startRedrive(redriveId) {
      const data = parseRedriveOrder({ redriveId });
      const queue = connection.queue('redrives');
      await connection.run('starting a redrive', () => queue.add('redrive', data, { jobId: redriveId }));
    },
    async addDeadLetters(letters) {
      const queue = connection.queue('dead-letters');
      const jobs = letters.map((letter) => ({
        name: 'dead-letter',
        data: parseDeadLetter(letter),
        opts: { jobId: letter.deliveryId },
      }));
      for (const part of partsOf(jobs)) {
        await connection.run('writing dead letters', () => queue.addBulk(part));
      }
    },
    async removeDeadLetters(deliveryIds) {
      const queue = connection.queue('dead-letters');
      for (const part of partsOf(deliveryIds)) {
        await connection.run('removing dead letters', () =>
          Promise.all(part.map((id) => queue.remove(id, { removeChildren: false }))),
        );
      }
    },
  };
}

async function wakePool(
  connection: QueueConnection,
  pool: LanePool,
  wakes: readonly LaneWake[],
): Promise<void> {
  const queue = connection.queue(pool);
  const now = Date.now();
  const jobs = wakes.map(({ webhookId, at, mark }) => ({
    name: 'lane',
    data: parseLaneHint({ webhookId, mark }),
    ...(at > now ? { opts: { delay: at - now } } : {}),
  }));
  for (const part of partsOf(jobs)) {
    await connection.run('waking lanes', () => queue.addBulk(part));
  }
}

function* partsOf<T>(list: readonly T[]): Generator<T[]> {
  for (let at = 0; at < list.length; at += MAX_PER_PIPELINE) yield list.slice(at, at + MAX_PER_PIPELINE);
}
