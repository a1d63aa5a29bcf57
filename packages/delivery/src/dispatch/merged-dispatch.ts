/**
 * Merges what jobs want to dispatch at the same moment into few calls. A lane that gets several events of a call costs Redis little more than one
 * that gets one; and few calls on their way, none of them long, leave Redis time for the lanes, which wait for its answers meanwhile.
 */
import { type AcceptedEvent, HooklaneError, type LaneWake } from '@hooklane/core';
import type { EventStore } from './ports.ts';

/** Calls on their way. What comes meanwhile goes together in the next one. */
const CALLS = 2;
/** Deliveries in one call, as far as they are known before: they keep Redis for some 10 ms. */
const DELIVERIES = 1000;
/** What an event becomes whose like has not been seen yet. A job of 32 of them is one call. */
const UNKNOWN = 31;
/** For so many types and scopes it is known; then all is forgotten. */
const KNOWN = 10_000;
/** The most events in one call, and characters of their bodies; a single larger one goes alone. */
const EVENTS = 256;
const CHARACTERS = 512 * 1024;

type Dispatched = Awaited<ReturnType<EventStore['dispatch']>>;

interface Job extends Dispatched {
  events: readonly AcceptedEvent[];
  /** How many of them are dispatched or on their way. */
  begun: number;
  left: number;
  /** A call that it shared failed, and nobody knows whose fault it was. */
  alone: boolean;
  resolve: (dispatched: Dispatched) => void;
  reject: (error: unknown) => void;
}

/** One event of a job. */
interface Piece {
  job: Job;
  event: AcceptedEvent;
  index: number;
}

/** The calls of one shard. */
export class MergedDispatch implements EventStore {
  readonly #events: EventStore;
  /** First in, first out; no more than the jobs that run. */
  #waiting: Job[] = [];
  #calls = 0;
  /** Deliveries of the last event of a type and scope. */
  readonly #fanOut = new Map<string, number>();
  /** Of jobs that failed after one of their calls had woken lanes: a repeat wakes nobody. */
  #orphans: LaneWake[] = [];

  constructor(events: EventStore) {
    this.#events = events;
  }

  /**
   * As that of the store, in the order of the calls. Wakes of a call are handed to one of its jobs. A job that fails may have been
   * dispatched in part; the error of a job that shared its call is its own, unless Redis was away.
   */
  dispatch(events: readonly AcceptedEvent[]): Promise<Dispatched> {
    if (events.length === 0) return Promise.resolve({ results: [], wakes: [] });
    return new Promise((resolve, reject) => {
      const left = events.length;
      this.#waiting.push({ events, begun: 0, left, alone: false, results: [], wakes: [], resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    while (this.#calls < CALLS) {
      const first = this.#waiting[0];
      if (first === undefined) return;
      // Its next part waits for the one before: that may fail, and events would overtake others of their scope.
      if (first.begun > 0 && first.left > first.events.length - first.begun) return;
      void this.#call(this.#takeSome());
    }
  }

  /** Whole jobs as far as there is room; a part of one only if it is larger than all the room. */
  #takeSome(): Piece[] {
    const pieces: Piece[] = [];
    const room = { events: EVENTS, deliveries: DELIVERIES, characters: CHARACTERS };
    for (let job = this.#waiting[0]; job !== undefined; job = this.#waiting[0]) {
      if (job.alone && pieces.length > 0) break;
      const taken = this.#fitting(job, room, pieces.length === 0);
      const isWhole = job.begun + taken === job.events.length;
      if (!isWhole && pieces.length > 0) break;
      for (let index = job.begun; index < job.begun + taken; index += 1) {
        const event = job.events[index];
        if (event !== undefined) pieces.push({ job, event, index });
      }
      job.begun += taken;
      if (isWhole) this.#waiting.shift();
      if (!isWhole || job.alone) break;
    }
    return pieces;
  }

  /** How many of the events of a job that have not begun fit, one at least if it must. Takes their room. */
  #fitting(
    { events, begun }: Job,
    room: { events: number; deliveries: number; characters: number },
    oneAtLeast: boolean,
  ): number {
    let taken = 0;
    for (const event of events.slice(begun)) {
      room.events -= 1;
      room.deliveries -= this.#fanOut.get(likenessOf(event)) ?? UNKNOWN;
      room.characters -= event.body.length;
      const fits = Math.min(room.events, room.deliveries, room.characters) >= 0;
      if (!fits && !(oneAtLeast && taken === 0)) break;
      taken += 1;
    }
    return taken;
  }

  async #call(pieces: readonly Piece[]): Promise<void> {
    this.#calls += 1;
    try {
      this.#settle(pieces, await this.#events.dispatch(pieces.map(({ event }) => event)));
    } catch (error) {
      this.#fail(pieces, error);
    } finally {
      this.#calls -= 1;
      this.#next();
    }
  }

  #settle(pieces: readonly Piece[], { results, wakes }: Dispatched): void {
    // Of all its jobs the first is the first to be complete.
    pieces[0]?.job.wakes.push(...wakes, ...this.#orphans.splice(0));
    for (const [i, { job, event, index }] of pieces.entries()) {
      const result = results[i] ?? { none: 'duplicate' };
      job.results[index] = result;
      if ('deliveries' in result) this.#know(event, result.deliveries);
      job.left -= 1;
      if (job.left === 0) job.resolve({ results: job.results, wakes: job.wakes });
    }
  }

  #fail(pieces: readonly Piece[], error: unknown): void {
    const failed = [...new Set(pieces.map(({ job }) => job))];
    if (failed.length > 1 && !(error instanceof HooklaneError)) {
      // In their order, each by itself.
      for (const { job } of pieces) job.begun -= 1;
      for (const job of failed) job.alone = true;
      this.#waiting = [...failed, ...this.#waiting.filter((job) => !failed.includes(job))];
      return;
    }
    // What else they have would be done for nothing: they are run again as a whole.
    this.#waiting = this.#waiting.filter((job) => !failed.includes(job));
    for (const job of failed) {
      this.#orphans.push(...job.wakes);
      job.reject(error);
    }
  }

  #know(event: AcceptedEvent, deliveries: number): void {
    if (this.#fanOut.size >= KNOWN) this.#fanOut.clear();
    this.#fanOut.set(likenessOf(event), deliveries);
  }
}

/** Events that are alike go to the same webhooks. */
function likenessOf({ type, account, scope }: AcceptedEvent): string {
  return `${type} ${account} ${scope.kind} ${scope.name}`;
}
