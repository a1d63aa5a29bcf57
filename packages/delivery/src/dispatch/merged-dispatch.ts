/**
 * Merges what jobs want to dispatch at the same moment into few calls. A lane that gets several events of a call costs Redis little more than one
 * that gets one; and few calls on their way, none of them long, leave Redis time for the lanes, which wait for its answers meanwhile.
 */
import type { AcceptedEvent } from '@hooklane/core';
import type { EventStore } from './ports.ts';

/** Calls on their way. What comes meanwhile goes together in the next one. */
const CALLS = 2;
/** About so many deliveries in one call, which keeps Redis for some 10 ms at most. */
const DELIVERIES = 1000;
/** The most events, and bytes of their bodies, in one call; a single larger one goes alone. */
const EVENTS = 256;
const BYTES = 512 * 1024;
/** Fewer events would be mostly overhead. */
const LEAST_EVENTS = 8;
/** How much the newest call says about how many deliveries an event becomes. */
const WEIGHT = 0.3;

type Dispatched = Awaited<ReturnType<EventStore['dispatch']>>;

interface Job extends Dispatched {
  left: number;
  resolve: (dispatched: Dispatched) => void;
  reject: (error: unknown) => void;
}

interface Piece {
  event: AcceptedEvent;
  job: Job;
  index: number;
}

/** The calls of one shard. */
export class MergedDispatch implements EventStore {
  readonly #events: EventStore;
  /** First in, first out; no more than the jobs that run. */
  #waiting: Piece[] = [];
  #calls = 0;
  #perEvent = 1;

  constructor(events: EventStore) {
    this.#events = events;
  }

  /** How many events a call may have. */
  get eventsPerCall(): number {
    return Math.min(EVENTS, Math.max(LEAST_EVENTS, Math.floor(DELIVERIES / this.#perEvent)));
  }

  /** As that of the store, in the order of the calls. Wakes of a call are handed to one of its jobs. */
  dispatch(events: readonly AcceptedEvent[]): Promise<Dispatched> {
    if (events.length === 0) return Promise.resolve({ results: [], wakes: [] });
    return new Promise((resolve, reject) => {
      const job: Job = { results: [], wakes: [], left: events.length, resolve, reject };
      for (const [index, event] of events.entries()) this.#waiting.push({ event, job, index });
      this.#next();
    });
  }

  #next(): void {
    while (this.#calls < CALLS && this.#waiting.length > 0) void this.#call(this.#takeSome());
  }

  #takeSome(): Piece[] {
    const most = Math.min(this.#waiting.length, this.eventsPerCall);
    let bytes = 0;
    let count = 0;
    while (count < most) {
      bytes += this.#waiting[count]?.event.body.length ?? 0;
      if (bytes > BYTES && count > 0) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #call(pieces: readonly Piece[]): Promise<void> {
    this.#calls += 1;
    try {
      this.#settle(pieces, await this.#events.dispatch(pieces.map(({ event }) => event)));
    } catch (error) {
      const failed = new Set(pieces.map(({ job }) => job));
      // What else they have would be done for nothing: they are run again as a whole.
      this.#waiting = this.#waiting.filter(({ job }) => !failed.has(job));
      for (const { reject } of failed) reject(error);
    } finally {
      this.#calls -= 1;
      this.#next();
    }
  }

  #settle(pieces: readonly Piece[], { results, wakes }: Dispatched): void {
    // Of all its jobs the first is the first to be complete.
    pieces[0]?.job.wakes.push(...wakes);
    let deliveries = 0;
    for (const [i, { job, index }] of pieces.entries()) {
      const result = results[i] ?? { none: 'duplicate' };
      job.results[index] = result;
      if ('deliveries' in result) deliveries += result.deliveries;
      job.left -= 1;
      if (job.left === 0) job.resolve({ results: job.results, wakes: job.wakes });
    }
    this.#perEvent += WEIGHT * (Math.max(1, deliveries / pieces.length) - this.#perEvent);
  }
}
