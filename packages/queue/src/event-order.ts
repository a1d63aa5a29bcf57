/**
 * Dispatches the batches of a producer in the order in which it wrote them, however many workers fetch them side by
 * side. A batch names the one before it. Is that one still there, it may not be dispatched yet: then it is dispatched
 * here as well, before, which does no harm because dispatch is idempotent. So nobody waits for another worker, not
 * even for a dead one, and a batch that got lost holds up none: it is not there.
 */
import type { AcceptedEvent } from '@hooklane/core';
import type { QueueConnection } from './connection.ts';
import { BadJobData, parseEventBatch } from './job-data.ts';
import type { EventBatch } from './job-data.ts';

/** How many dispatched batches this process remembers, so as to dispatch none of them for a later one again. */
const REMEMBERED = 1024;

/** The most earlier batches that one job makes good. More fail it: the earlier jobs run meanwhile. */
const MOST_EARLIER = 256;

/** A batch that this process dispatches, or has. */
interface Dispatched {
  done: Promise<void>;
  /** By its own job, not for a later one. */
  byItself: boolean;
}

/** Runs the jobs of the queue `events` of one process. */
export class EventOrder {
  readonly #connection: QueueConnection;
  readonly #handle: (events: AcceptedEvent[]) => Promise<void>;
  /** The jobs that this process has fetched. */
  readonly #held = new Map<string, EventBatch>();
  /** Oldest first. */
  readonly #dispatched = new Map<string, Dispatched>();
  /** The last look at what stands before a batch: one at a time, and the next one finds what it dispatched. */
  #looking: Promise<unknown> = Promise.resolve();

  constructor(connection: QueueConnection, handle: (events: AcceptedEvent[]) => Promise<void>) {
    this.#connection = connection;
    this.#handle = handle;
    // Another server may answer then, one that has the jobs and has not heard of all that was done for them.
    connection.onChange(() => this.#dispatched.clear());
  }

  /** Dispatches what stands before the batch and is not dispatched, and then the batch. */
  async run(jobId: string, batch: EventBatch): Promise<void> {
    this.#held.set(jobId, batch);
    try {
      if (batch.after !== undefined) {
        const before = this.#looking.then(() => this.#dispatchEarlier(jobId, batch));
        this.#looking = before.catch(() => undefined);
        await before;
      }
      await this.#dispatchItself(jobId, batch);
    } finally {
      this.#held.delete(jobId);
    }
  }

  async #dispatchEarlier(jobId: string, batch: EventBatch): Promise<void> {
    for (const [id, earlier] of await this.#earlier(jobId, batch)) {
      await (this.#dispatched.get(id)?.done ?? this.#dispatch(id, earlier, false));
    }
  }

  #dispatchItself(jobId: string, batch: EventBatch): Promise<void> {
    const helped = this.#dispatched.get(jobId);
    if (helped === undefined || helped.byItself) return this.#dispatch(jobId, batch, true);
    // The same id may come with another event some day.
    helped.byItself = true;
    return helped.done;
  }

  /** What may not be dispatched yet, the oldest first. Ends at a repeat: ids of callers can make a ring. */
  async #earlier(jobId: string, batch: EventBatch): Promise<[string, EventBatch][]> {
    const found = new Map<string, EventBatch>([[jobId, batch]]);
    for (let id = batch.after; id !== undefined && !found.has(id);) {
      const known = this.#dispatched.get(id);
      await known?.done;
      const earlier = known === undefined ? (this.#held.get(id) ?? (await this.#read(id))) : null;
      if (earlier === null) break;
      if (found.size > MOST_EARLIER)
        throw new Error(`more than ${MOST_EARLIER} batches wait before this one`);
      found.set(id, earlier);
      id = earlier.after;
    }
    found.delete(jobId);
    return [...found].toReversed();
  }

  /** null: it is dispatched, or lost, or nobody can read it. */
  async #read(id: string): Promise<EventBatch | null> {
    const job = await this.#connection.queue('events').getJob(id);
    try {
      return job === undefined ? null : parseEventBatch(job.data);
    } catch (error) {
      if (error instanceof BadJobData) return null;
      throw error;
    }
  }

  #dispatch(id: string, { events }: EventBatch, byItself: boolean): Promise<void> {
    const done = this.#handle(events);
    const dispatched = { done, byItself };
    this.#dispatched.delete(id);
    this.#dispatched.set(id, dispatched);
    for (const [oldest] of this.#dispatched) {
      if (this.#dispatched.size <= REMEMBERED) break;
      this.#dispatched.delete(oldest);
    }
    return done.catch((error: unknown) => {
      if (this.#dispatched.get(id) === dispatched) this.#dispatched.delete(id);
      throw error;
    });
  }
}
