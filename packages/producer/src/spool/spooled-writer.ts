/**
 * The way of a batch when there is a spool: to Redis, and to the spool while Redis is away. Nothing overtakes what
 * is in the spool: until it is empty again, everything goes through it.
 */
import { HooklaneError } from '@hooklane/core';
import type { AcceptedEvent } from '@hooklane/core';
import type { Bound } from '../coalescer.ts';
import type { Spool } from './spool.ts';

/** What a {@link SpooledWriter} needs. */
export interface SpooledWriterOptions {
  spool: Spool;
  /** Writes to Redis; rejects with `redis_unavailable` or `redis_full`. `signal` ends the waiting, not the write. */
  write: (batch: AcceptedEvent[], signal: AbortSignal) => Promise<void>;
  /** Redis has this long to take a batch before it goes to the spool, ms. */
  patienceMs: number;
  /** The most in one batch of a replay. */
  maxBatch: Bound;
}

/** How long `close` tries to empty the spool, ms. */
const LAST_TRY_MS = 700;

/** Between two looks whether Redis is back: doubles from the first to the last, ms, spread by ±20 %. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
/**
 * While the last of the spool is sent, new batches wait so long, ms: else those who emit without a pause would always
 * be a step ahead, and the spool never empty.
 */
const HOLD_MS = 200;

/** Another process replays: it is done soon, ms. */
const BUSY_PAUSE_MS = 100;

/** Appends beside each other share an fdatasync; writes to Redis go one at a time, or one that fails is overtaken. */
const APPENDS_AT_ONCE = 64;

/** `busy`: another process replays. `failed`: Redis or the disk did not do it. */
type Ended = 'done' | 'busy' | 'failed';

/** Writes to Redis or to the spool, and brings back in the background what is in the spool. */
export class SpooledWriter {
  readonly #options: SpooledWriterOptions;
  readonly #stop = new AbortController();
  #isSpooling = false;
  #isClosing = false;
  #draining: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  /** Set while the last of the spool is sent. */
  #hold: Promise<void> | undefined;

  constructor(options: SpooledWriterOptions) {
    this.#options = options;
    // What a dead process left was emitted before all that comes now.
    if (!options.spool.isEmpty()) this.#beginSpooling();
  }

  /** How many batches may be written at once. */
  get maxInFlight(): number {
    return this.#isSpooling && this.#hold === undefined ? APPENDS_AT_ONCE : 1;
  }

  /** Resolves when the batch is safe, to whether it is in the spool. */
  async write(batch: AcceptedEvent[]): Promise<boolean> {
    // Not awaited when there is none: a batch must reach the spool in the turn in which it is known to go there.
    if (this.#hold !== undefined) await this.#hold;
    if (!this.#isSpooling) {
      const trouble = await this.#tryRedis(batch);
      if (trouble === null) return false;
      this.#isSpooling = true;
    }
    try {
      await this.#options.spool.append(batch);
    } finally {
      this.#beginSpooling();
    }
    return true;
  }

  /** Tries for a last time to empty the spool, then leaves it to the next process; about 1 s at most. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const timer = setTimeout(() => {
      this.#stop.abort();
    }, LAST_TRY_MS);
    this.#wake?.();
    await this.#draining;
    clearTimeout(timer);
    await this.#options.spool.close();
  }

  /** null, or why Redis did not take it. */
  async #tryRedis(batch: AcceptedEvent[]): Promise<Error | null> {
    const { write, patienceMs } = this.#options;
    const cut = new AbortController();
    const timer = setTimeout(() => {
      cut.abort(
        new HooklaneError('redis_unavailable', { detail: `It did not answer within ${patienceMs} ms.` }),
      );
    }, patienceMs);
    try {
      await write(batch, cut.signal);
      return null;
    } catch (error) {
      const waits = ['redis_unavailable', 'redis_full'];
      if (error instanceof HooklaneError && waits.includes(error.code)) return error;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #beginSpooling(): void {
    this.#isSpooling = true;
    this.#draining ??= this.#drain();
  }

  /** Never rejects. */
  async #drain(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      let ended = await this.#replay();
      if (ended === 'done' && !this.#options.spool.isEmpty()) ended = await this.#replayTheLast();
      if (ended !== 'busy') this.#endSpoolingIfEmpty();
      if (!this.#isSpooling) break;
      failures = ended === 'failed' ? failures + 1 : 0;
      if (ended === 'failed' && this.#isClosing) break;
      if (ended === 'busy') await this.#pause(BUSY_PAUSE_MS);
      if (ended === 'failed') await this.#pause(pauseAfter(failures));
    }
    this.#draining = undefined;
  }

  /** Also when the disk fails: what it does not hold cannot be overtaken. */
  #endSpoolingIfEmpty(): void {
    // No turn of the event loop lies between the look and the switch: nothing can come in between.
    if (this.#options.spool.isEmpty()) this.#isSpooling = false;
  }

  /** New batches wait for it, not longer than their hold. */
  async #replayTheLast(): Promise<Ended> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const release = (): void => {
      this.#hold = undefined;
      resolve();
    };
    this.#hold = promise;
    const timer = setTimeout(release, HOLD_MS);
    const ended = await this.#replay();
    clearTimeout(timer);
    if (ended === 'done') this.#endSpoolingIfEmpty();
    release();
    return ended;
  }

  async #replay(): Promise<Ended> {
    const { spool, write, maxBatch } = this.#options;
    const { signal } = this.#stop;
    try {
      const bounds = { signal, maxBatch, probe: true };
      const { isBusy } = await spool.replay((batch) => write(batch, signal), bounds);
      return isBusy ? 'busy' : 'done';
    } catch {
      return 'failed';
    }
  }

  /** Keeps no process alive; `close` cuts it short. */
  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}

function pauseAfter(failures: number): number {
  const plain = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10), LONGEST_PAUSE_MS);
  return plain * (0.8 + 0.4 * Math.random());
}
