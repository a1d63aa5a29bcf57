/** The rounds that keep a shard in order: job schedulers of BullMQ, so that all workers together do each round once. */
import { MAX_STREAM_EVENTS, QUEUES, SCHEDULES } from './catalog.ts';
import type { QueueKey } from './catalog.ts';
import type { QueueConnection } from './connection.ts';
import { mendExpiries } from './mend-expiries.ts';
import { runJobs } from './run-jobs.ts';
import type { RunningWorker } from './run-jobs.ts';

/** What is done in the rounds. A round that throws is reported; the next one comes at its time. */
export interface Housekeeping {
  /** Every 5 s over all workers together: wakes lanes whose wake got lost. */
  sweep: () => Promise<void>;
  /** Every 60 s over all workers together: removes what is past its retention. */
  prune: () => Promise<void>;
  /** How often this worker looks whether the schedulers are there, ms; default 15 s. */
  checkEveryMs?: number;
}

/** The default of `checkEveryMs`. */
const CHECK_MS = 15_000;

/** Runs the queue `housekeeping`, and keeps its job schedulers in being, also when all keys of Redis vanish. */
export function runHousekeeping(connection: QueueConnection, rounds: Housekeeping): RunningWorker {
  const busy = new Set<string>();
  const worker = runJobs(connection, {
    queue: 'housekeeping',
    concurrency: 2,
    cancellable: false,
    async handle({ task }) {
      // A round that takes longer than its interval is not run twice at once in one process.
      if (busy.has(task)) return;
      busy.add(task);
      try {
        if (task === 'sweep') await mendExpiries(connection).catch(connection.report);
        await rounds[task]();
      } finally {
        busy.delete(task);
      }
    },
  });
  const stopChecking = checkSchedulers(connection, rounds.checkEveryMs ?? CHECK_MS);
  return {
    ...worker,
    close(graceMs) {
      stopChecking();
      return worker.close(graceMs);
    },
  };
}

/** Looks at once and then again and again, one check at a time. Returns the function that ends it. */
function checkSchedulers(connection: QueueConnection, everyMs: number): () => void {
  let checking = false;
  const check = async (): Promise<void> => {
    if (checking) return;
    checking = true;
    try {
      await ensureSchedulers(connection);
    } catch (error) {
      connection.report(error as Error);
    } finally {
      checking = false;
    }
  };
  void check();
  const timer = setInterval(() => void check(), everyMs).unref();
  return () => {
    clearInterval(timer);
  };
}

/**
 * Sets up the job schedulers that are missing, differ, or have come to a halt, and the bound of BullMQ's event
 * streams, which would fall back to its default. Changes nothing when all is well. Throws `redis_unavailable`.
 */
export async function ensureSchedulers(connection: QueueConnection): Promise<void> {
  for (const task of ['sweep', 'prune'] as const) await ensureScheduler(connection, task);
  await connection.run('checking the queues', () =>
    Promise.all(
      (Object.keys(QUEUES) as QueueKey[]).map((key) =>
        connection.queue(key).getBackend().setQueueMeta({ 'opts.maxLenEvents': MAX_STREAM_EVENTS }),
      ),
    ),
  );
}

async function ensureScheduler(connection: QueueConnection, task: keyof typeof SCHEDULES): Promise<void> {
  const every = SCHEDULES[task];
  const queue = connection.queue('housekeeping');
  await connection.run('checking the schedules', async () => {
    const scheduler = await queue.getJobScheduler(task);
    // Overdue: the job that carries the next round is lost, or no worker ran. Both are put right by a new one.
    const overdue = scheduler?.next !== undefined && scheduler.next < Date.now() - every - CHECK_MS;
    // Too far off: a worker whose clock was ahead has set it; nobody would sweep until then.
    const faraway = scheduler?.next !== undefined && scheduler.next > Date.now() + every + CHECK_MS;
    if (scheduler?.every === every && !overdue && !faraway) return;
    // Set up anew, a scheduler keeps to its old times.
    if (faraway) await queue.removeJobScheduler(task);
    await queue.upsertJobScheduler(task, { every }, { name: task, data: { task } });
  });
}
