/** The workers of the queues of events, lanes and redrives. Each needs a connection of role `worker`. */
import type { AcceptedEvent, LanePool } from '@hooklane/core';
import type { QueueConnection } from './connection.ts';
import { EventOrder } from './event-order.ts';
import type { LaneHint } from './job-data.ts';
import { runJobs } from './run-jobs.ts';
import type { RunningWorker } from './run-jobs.ts';

/** How to run the queue `events`. */
export interface EventRun {
  /** Jobs at once, 1 or more; each carries up to 32 events. */
  concurrency: number;
  /**
   * Hears the batches of one producer in the order in which they were written, whichever worker has which; so it may
   * hear a batch more than once, here or elsewhere. Must be idempotent by event id. When it throws, the same events come again after 250 ms to 30 s, until it works.
   */
  handle: (events: AcceptedEvent[]) => Promise<void>;
  /** Counts jobs that nobody can read. They are kept among the failed jobs of the queue, the last 1000. */
  onBadJob?: (reason: string) => void;
}

/** Runs the queue `events`. */
export function runEventWorker(connection: QueueConnection, run: EventRun): RunningWorker {
  const order = new EventOrder(connection, run.handle);
  return runJobs(connection, {
    queue: 'events',
    concurrency: run.concurrency,
    cancellable: false,
    handle: (batch, _signal, jobId) => order.run(jobId, batch),
    onBadJob: run.onBadJob,
  });
}

/** How to run one pool of lanes. */
export interface LaneRun {
  pool: LanePool;
  /** Lanes at once, 1 or more. */
  concurrency: number;
  /**
   * Works for a bounded time. When it throws, the job is dropped: the run or the sweep wakes the lane again. When `signal` is
   * aborted (the worker stops and the grace time is over) it has 1 s to return; the lane is woken elsewhere at once.
   */
  handle: (hint: LaneHint, signal: AbortSignal) => Promise<void>;
}

/** Runs the queue `lanes` or `slow-lanes`. */
export function runLaneWorker(connection: QueueConnection, run: LaneRun): RunningWorker {
  return runJobs(connection, {
    queue: run.pool,
    concurrency: run.concurrency,
    cancellable: true,
    handle: (hint, signal) => run.handle(hint, signal),
  });
}

/** How to run the queue `redrives`. */
export interface RedriveRun {
  /** Redrives at once, 1 or more. */
  concurrency: number;
  /**
   * Must go on where it was left, and be harmless when it is done already. When it throws, it comes again after
   * 250 ms to 30 s, up to 1000 times. When `signal` is aborted it has 1 s to return, and goes on elsewhere.
   */
  handle: (redriveId: string, signal: AbortSignal) => Promise<void>;
}

/** Runs the queue `redrives`. */
export function runRedriveWorker(connection: QueueConnection, run: RedriveRun): RunningWorker {
  return runJobs(connection, {
    queue: 'redrives',
    concurrency: run.concurrency,
    cancellable: true,
    handle: ({ redriveId }, signal) => run.handle(redriveId, signal),
  });
}
