/**
 * How many tries are under way at a time: all that the lanes want while the worker waits for receivers; few while the process itself is what is
 * slow. What has begun, its request and its answer, is then still in the caches of the processor when it ends, and connections stay warm.
 */
import { performance } from 'node:perf_hooks';
import type { TryLimit } from '@hooklane/delivery';
import { BUSY, smoothed, watchLoop } from './watch-loop.ts';

/** While the process is busy. The receivers must not run out of work while Redis answers. */
const TRIES = 160;
/** A process that is busy is so until it is below this share of time at work. */
const FREE = 0.85;
/** A try that takes longer does not count any more after the next look, ms: those that hang must not keep the others out. */
const COUNTED_MS = 250;

type Begin = (leave: () => void) => void;

/** See above. One for the process. */
export class TryGate implements TryLimit {
  readonly #endWatch: () => void;
  /** The oldest first. */
  readonly #counted = new Set<{ since: number }>();
  /** First in, first out; no more than the windows of the lanes that run. */
  readonly #waiting = new Set<Begin>();
  /** A worker that starts into a backlog is busy at once. */
  #isTight = true;
  #busy = 1;
  #isPumping = false;

  constructor() {
    this.#endWatch = watchLoop((utilization) => this.look(utilization, performance.now()));
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Calls `begin` now or when it is its turn; that calls `leave`, once, when the try is over. */
  enter(begin: Begin): void {
    if (this.waiting === 0 && this.#hasRoom()) this.#begin(begin);
    else this.#waiting.add(begin);
  }

  /** `utilization`: share of the last moment in which the event loop was at work, 0 to 1; `now`: of `performance.now()`. */
  look(utilization: number, now: number): void {
    this.#busy = smoothed(this.#busy, utilization);
    if (this.#busy > BUSY) this.#isTight = true;
    else if (this.#busy < FREE) this.#isTight = false;
    for (const one of this.#counted) {
      if (now - one.since <= COUNTED_MS) break;
      this.#counted.delete(one);
    }
    this.#pump();
  }

  /** Looks no more. */
  close(): void {
    this.#endWatch();
  }

  #hasRoom(): boolean {
    return !this.#isTight || this.#counted.size < TRIES;
  }

  #begin(begin: Begin): void {
    const one = { since: performance.now() };
    this.#counted.add(one);
    begin(() => {
      if (this.#counted.delete(one)) this.#pump();
    });
  }

  /** One loop, however many of those that begin are over at once: a call within the other for each would end in a full stack. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    for (const next of this.#waiting) {
      if (!this.#hasRoom()) break;
      this.#waiting.delete(next);
      this.#begin(next);
    }
    this.#isPumping = false;
  }
}
