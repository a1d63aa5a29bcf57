/** Runs the jobs of one queue in this process, and stops in bounded time: what all workers have in common. */
import { UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import { QUEUES, retryJobDelay } from './catalog.ts';
import type { QueueData, QueueKey } from './catalog.ts';
import type { QueueConnection } from './connection.ts';
import { BadJobData } from './job-data.ts';
import { within } from './within.ts';

/** A worker of this process. */
export interface RunningWorker {
  /** Takes no more jobs; those that run go on. */
  pause(): Promise<void>;
  /**
   * Takes no more jobs, waits `graceMs` for those that run, cancels the rest and puts them back at the head of the
   * queue. Resolves within `graceMs` + 3 s, also when Redis is away; what then still ran is run again by another
   * worker after its lock has ended. A second call waits for the first.
   */
  close(graceMs: number): Promise<void>;
  /** How many jobs run at this moment. */
  running(): number;
  /** How many may run at once from now on, 1 or more; those that run already are not stopped. */
  allow(count: number): void;
}

/** What {@link runJobs} needs. */
export interface JobRun<Key extends QueueKey> {
  queue: Key;
  /** Jobs at once, 1 or more. */
  concurrency: number;
  /** `signal` is aborted when the worker is told to stop and the grace time is over. */
  handle: (data: QueueData<Key>, signal: AbortSignal, jobId: string) => Promise<void>;
  /** A job that returns after `signal` was aborted has left work undone: it goes back to its queue. */
  cancellable: boolean;
  /** A job whose data nobody can read was put aside; it stays among the failed jobs of its queue. */
  onBadJob?: ((reason: string) => void) | undefined;
  /** Default {@link LOCKS}; shorter ones make a test of a crash quick. */
  locks?: { lockDuration: number; stalledInterval: number };
}

/** How long a cancelled job may take to notice, ms. */
const CANCEL_MS = 1000;
/** How long BullMQ may take to close after the last job, ms. */
const CLOSE_MS = 2000;

/**
 * A job whose worker died is run again after the lock and up to two checks: 15 to 25 s. A lock must only be longer
 * than the longest stall of the event loop, not than the job: it is renewed. Each crash counts against
 * `maxStalledCount`, so BullMQ's default of 1 would give up an event that saw two.
 */
export const LOCKS = { lockDuration: 15_000, stalledInterval: 5_000, maxStalledCount: 20 } as const;

/** Starts to run jobs. Needs a connection of role `worker`. */
export function runJobs<Key extends QueueKey>(connection: QueueConnection, run: JobRun<Key>): RunningWorker {
  const runner = new JobRunner(connection, run);
  return {
    pause: () => runner.pause(),
    close: (graceMs) => runner.close(graceMs),
    running: () => runner.running,
    allow: (count) => runner.allow(count),
  };
}

/** A BullMQ worker that can be left behind when its connection is gone and `close` would wait for ever. */
class AbandonableWorker extends Worker<unknown, void> {
  async abandon(): Promise<void> {
    await this.lockManager.close();
  }
}

class JobRunner<Key extends QueueKey> {
  running = 0;
  readonly #run: JobRun<Key>;
  readonly #parse: (data: unknown) => QueueData<Key>;
  readonly #worker: AbandonableWorker;
  #stopping = false;
  #whenIdle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(connection: QueueConnection, run: JobRun<Key>) {
    this.#run = run;
    this.#parse = QUEUES[run.queue].parse as (data: unknown) => QueueData<Key>;
    this.#worker = new AbandonableWorker(
      QUEUES[run.queue].name,
      // BullMQ makes a signal only for a function that names three parameters.
      (job, token, signal) => this.#process(job, token, signal),
      {
        ...LOCKS,
        ...run.locks,
        connection: connection.reader(),
        prefix: connection.prefix,
        concurrency: run.concurrency,
        drainDelay: 5,
        runRetryDelay: 1000,
        settings: { backoffStrategy: (attempt) => retryJobDelay(attempt, Math.random()) },
      },
    );
    this.#worker.on('error', connection.report);
    this.#worker.on('failed', (_job, error) => {
      connection.report(error);
    });
  }

  async #process(job: Job<unknown, void>, token: string | undefined, signal?: AbortSignal): Promise<void> {
    // BullMQ may still fetch one job after a pause.
    if (this.#stopping) return giveBack(job, token);
    this.running += 1;
    let done = true;
    try {
      await this.#run.handle(this.#read(job), signal ?? NEVER, job.id ?? '');
    } catch (error) {
      if (signal?.aborted !== true) throw error;
      done = false;
    } finally {
      this.running -= 1;
      if (this.running === 0) this.#whenIdle?.();
    }
    if (signal?.aborted === true && (this.#run.cancellable || !done)) await giveBack(job, token);
  }

  #read(job: Job<unknown, void>): QueueData<Key> {
    try {
      return this.#parse(job.data);
    } catch (error) {
      if (!(error instanceof BadJobData)) throw error;
      this.#run.onBadJob?.(error.message);
      // No retry: the data will not get better.
      throw new UnrecoverableError(error.message);
    }
  }

  allow(count: number): void {
    this.#worker.concurrency = count;
  }

  async pause(): Promise<void> {
    this.#stopping = true;
    await this.#worker.pause(true);
  }

  close(graceMs: number): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    await this.pause();
    if (!(await this.#idleWithin(graceMs))) {
      this.#worker.cancelAllJobs('shutdown');
      await this.#idleWithin(CANCEL_MS);
    }
    if (!(await within(this.#worker.close(), CLOSE_MS))) await this.#worker.abandon();
  }

  async #idleWithin(ms: number): Promise<boolean> {
    if (this.running === 0) return true;
    return within(
      new Promise<void>((resolve) => {
        this.#whenIdle = resolve;
      }),
      ms,
    );
  }
}

const NEVER = new AbortController().signal;

/** Puts a job back at the head of its queue, without a charge. */
async function giveBack(job: Job<unknown, void>, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}
