/** How full the queues are, for operators. */
import { QUEUES } from './catalog.ts';
import type { QueueKey } from './catalog.ts';
import type { QueueConnection } from './connection.ts';

/** Jobs of one queue by state. */
export interface QueueDepth {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}

/** Reads all queues. Throws `redis_unavailable`. */
export async function readDepths(connection: QueueConnection): Promise<Record<QueueKey, QueueDepth>> {
  const keys = Object.keys(QUEUES) as QueueKey[];
  const depths = await connection.run('counting jobs', () =>
    Promise.all(
      keys.map(async (key): Promise<QueueDepth> => {
        const counts = await connection.queue(key).getJobCounts('wait', 'active', 'delayed', 'failed');
        const { wait = 0, active = 0, delayed = 0, failed = 0 } = counts;
        return { waiting: wait, active, delayed, failed };
      }),
    ),
  );
  return Object.fromEntries(keys.map((key, i) => [key, depths[i]])) as Record<QueueKey, QueueDepth>;
}
