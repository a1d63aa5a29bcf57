/**
 * Puts events that are emitted in the same moment into one write, as DataLoader does: one per write when it is
 * quiet, many under load, because they gather while a write is on its way. Only full batches do not wait for it.
 */
import type { AcceptedEvent } from '@hooklane/core';
import type { SizedEvent } from './accept-event.ts';

/** A bound in events and in bytes of bodies. */
export interface Bound {
  events: number;
  bytes: number;
}

/** What a {@link Coalescer} needs. */
export interface CoalescerOptions<Result> {
  /** Resolves when the batch is safe, to what `add` resolves to. The one way out. */
  write: (batch: AcceptedEvent[]) => Promise<Result>;
  /** The most in one write. A single larger body travels alone. */
  maxBatch: Bound;
  /** The most that may wait or be on its way. */
  maxWaiting: Bound;
  /** What waits or is on its way; given, several share `maxWaiting`. */
  load?: Bound | undefined;
  /** Writes on their way at once, 1 or more: the first one, and full batches beside it. */
  maxInFlight: () => number;
  /** No event waits longer, ms, whatever `write` does. */
  timeoutMs: number;
  /** The error of an event whose write failed (`cause`) or took too long (`cause` undefined). */
  failure: (event: AcceptedEvent, cause: unknown) => Error;
  /** The error of an event that finds no room. */
  overload: () => Error;
}

interface Entry<Result> extends SizedEvent {
  /** By `performance.now()`. */
  deadline: number;
  resolve: (result: Result) => void;
  reject: (error: Error) => void;
}

/** The timer that ends waiting fires at most this often, ms. */
const TICK_MS = 5;

/** Gathers events into writes, within bounds of number, size and time. */
export class Coalescer<Result> {
  readonly #options: CoalescerOptions<Result>;
  /** Not settled, in order of arrival and so of deadline. */
  readonly #open = new Set<Entry<Result>>();
  /** Not yet in a write; may hold entries that timed out meanwhile. */
  #waiting: Entry<Result>[] = [];
  #waitingBytes = 0;
  readonly #load: Bound;
  #inFlight = 0;
  #isFlushDue = false;
  #timer: NodeJS.Timeout | undefined;
  #whenEmpty: (() => void) | undefined;

  constructor(options: CoalescerOptions<Result>) {
    this.#options = options;
    this.#load = options.load ?? { events: 0, bytes: 0 };
  }

  /** Resolves when the event is safe; rejects within `timeoutMs`. */
  add({ event, bytes }: SizedEvent): Promise<Result> {
    const { maxWaiting, timeoutMs, overload } = this.#options;
    if (this.#load.events >= maxWaiting.events || this.#load.bytes + bytes > maxWaiting.bytes) {
      return Promise.reject(overload());
    }
    return new Promise((resolve, reject) => {
      const entry = { event, bytes, deadline: performance.now() + timeoutMs, resolve, reject };
      this.#open.add(entry);
      this.#load.events += 1;
      this.#load.bytes += bytes;
      this.#waiting.push(entry);
      this.#waitingBytes += bytes;
      this.#scheduleFlush();
      this.#watchDeadlines();
    });
  }

  /** Resolves when nothing waits and nothing is on its way: within `timeoutMs` after the last `add`. */
  async drain(): Promise<void> {
    if (this.#open.size > 0) {
      await new Promise<void>((resolve) => {
        this.#whenEmpty = resolve;
      });
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The first event goes out in this turn of the event loop, with all others of the same turn. */
  #scheduleFlush(): void {
    if (this.#isFlushDue || !this.#mayWrite()) return;
    this.#isFlushDue = true;
    setImmediate(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    while (this.#mayWrite()) {
      const batch = this.#takeBatch();
      if (batch.length > 0) void this.#write(batch);
    }
  }

  #mayWrite(): boolean {
    if (this.#inFlight === 0) return this.#waiting.length > 0;
    const { maxBatch, maxInFlight } = this.#options;
    const isBatchFull = this.#waiting.length >= maxBatch.events || this.#waitingBytes >= maxBatch.bytes;
    return isBatchFull && this.#inFlight < maxInFlight();
  }

  #takeBatch(): Entry<Result>[] {
    const { maxBatch } = this.#options;
    const batch: Entry<Result>[] = [];
    let bytes = 0;
    let taken = 0;
    for (const entry of this.#waiting) {
      const isOpen = this.#open.has(entry);
      if (isOpen && batch.length > 0 && bytes + entry.bytes > maxBatch.bytes) break;
      if (isOpen) batch.push(entry);
      if (isOpen) bytes += entry.bytes;
      taken += 1;
      if (batch.length === maxBatch.events) break;
    }
    this.#dropHead(taken);
    return batch;
  }

  #dropHead(count: number): void {
    for (const entry of this.#waiting.splice(0, count)) this.#waitingBytes -= entry.bytes;
  }

  async #write(batch: Entry<Result>[]): Promise<void> {
    this.#inFlight += 1;
    try {
      const result = await this.#options.write(batch.map((entry) => entry.event));
      for (const entry of batch) {
        this.#settle(entry, () => {
          entry.resolve(result);
        });
      }
    } catch (cause) {
      for (const entry of batch) this.#fail(entry, cause);
    }
    this.#inFlight -= 1;
    this.#flush();
  }

  #fail(entry: Entry<Result>, cause: unknown): void {
    this.#settle(entry, () => {
      entry.reject(this.#options.failure(entry.event, cause));
    });
  }

  #settle(entry: Entry<Result>, answer: () => void): void {
    if (!this.#open.delete(entry)) return;
    this.#load.events -= 1;
    this.#load.bytes -= entry.bytes;
    answer();
    if (this.#open.size === 0) this.#whenEmpty?.();
  }

  /** One timer for all: the oldest entry has the earliest deadline. It never keeps a process alive by itself. */
  #watchDeadlines(): void {
    if (this.#timer !== undefined) return;
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    const wait = Math.max(oldest.deadline - performance.now(), TICK_MS);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#expire();
      this.#watchDeadlines();
    }, wait).unref();
  }

  #expire(): void {
    const now = performance.now();
    for (const entry of this.#open) {
      if (entry.deadline > now) break;
      this.#fail(entry, undefined);
    }
    // What timed out before its write stands at the head, and need not wait for its turn.
    const firstOpen = this.#waiting.findIndex((entry) => this.#open.has(entry));
    this.#dropHead(firstOpen === -1 ? this.#waiting.length : firstOpen);
  }
}
