/**
 * After Redis's clock has gone back, what was to expire in seconds stays for as long as the step: the lock of a job whose worker
 * died, the mark that somebody looks for such jobs, the mark that no events are taken. Here each gets its time back.
 */
import { QUEUES } from './catalog.ts';
import type { QueueKey } from './catalog.ts';
import type { QueueConnection } from './connection.ts';
import { CLOSED_MS, intakeKey } from './intake.ts';
import { LOCKS } from './run-jobs.ts';

/** BullMQ sets the times anew at its own hours: a key with that much more than it can have is of another clock, ms. */
const MARGIN_MS = 2000;

/** Lanes need no lock back: their jobs are hints, and the sweep wakes the lane anyway. */
const LOCKED: readonly QueueKey[] = ['events', 'redrives', 'housekeeping'];

/** Those of them in which our workers look for jobs whose worker died; `dead-letters` is for the workers of others. */
const OURS = (Object.keys(QUEUES) as QueueKey[]).filter((key) => key !== 'dead-letters');

/** Shortens what lives longer than anybody lets it live. Changes nothing when all is well. Throws `redis_unavailable`. */
export async function mendExpiries(connection: QueueConnection): Promise<void> {
  const base = (key: QueueKey): string => `${connection.prefix}:${QUEUES[key].name}`;
  await connection.run('looking after expiries', async () => {
    const redis = connection.writer();
    const shorten = async (key: string, mostMs: number): Promise<void> => {
      if ((await redis.pttl(key)) > mostMs + MARGIN_MS) await redis.pexpire(key, mostMs);
    };
    const shortenLocks = async (queue: QueueKey): Promise<void> => {
      const active = await redis.lrange(`${base(queue)}:active`, 0, -1);
      await Promise.all(active.map((id) => shorten(`${base(queue)}:${id}:lock`, LOCKS.lockDuration)));
    };
    await Promise.all([
      shorten(intakeKey(connection), CLOSED_MS),
      ...OURS.map((queue) => shorten(`${base(queue)}:stalled-check`, LOCKS.stalledInterval)),
      ...LOCKED.map(shortenLocks),
    ]);
  });
}
