/**
 * Runs the lanes that a dispatch of this worker woke, and those that made room for them, here, as soon as there is a slot: a job for each would cost more of Redis and of this process
 * than an event that comes alone costs otherwise. A wake is only a hint: one that dies with this worker is made good by the sweep.
 */
import type { LaneWake } from '@hooklane/core';

/** What it needs. */
export interface WakeHereDeps {
  /** The queue, for lanes that cannot run here soon. */
  wakes: { wake(wakes: LaneWake[]): Promise<void> };
  /** A slot, and the function that gives it back; null: there is none. */
  enter: () => (() => void) | null;
  /** Resolves when the slot is free. */
  run: (hint: { webhookId: string; mark?: string }) => Promise<void>;
  /** Hears of a run that failed, and of wakes that could not be passed on. */
  onError: (error: Error) => void;
}

/** While lanes have waited for longer than that, one after the other, every so manieth that comes back goes to the others at once. */
const SHARED = 16;

/** How many lanes wait here at most, and how long the first of them, ms: then the others may have them all. */
const MOST_WAITING = 4096;
const LONGEST_WAIT_MS = 4000;
const LOOK_MS = 500;

/** What dispatch wakes lanes with, and where lanes wait that made room for others. */
export class WakeHere {
  readonly #deps: WakeHereDeps;
  readonly #timer: NodeJS.Timeout;
  /** First in, first out. */
  readonly #waiting = new Set<{ wake: LaneWake; since: number }>();
  /** Since when there has always been one that waits, of `performance.now()`; null: none does. */
  #since: number | null = null;
  #comeBacks = 0;
  #running = 0;
  #closed = false;

  constructor(deps: WakeHereDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => this.#pump(), LOOK_MS).unref();
  }

  /** How many lanes wait for a slot. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Runs them here now or in a moment, or passes them on to the queue. Fails with `redis_unavailable`. */
  async wake(all: LaneWake[]): Promise<void> {
    const others: LaneWake[] = [];
    const since = performance.now();
    for (const wake of all) {
      const mayWait = !this.#closed && wake.pool === 'lanes' && wake.at <= 0;
      if (mayWait && this.#waiting.size < MOST_WAITING) this.#waiting.add({ wake, since });
      else others.push(wake);
    }
    this.#pump();
    if (others.length > 0) await this.#deps.wakes.wake(others);
  }

  /**
   * The same for a lane that made room for those that wait. None of them waits for long as long as all go round here; but a worker in which lanes wait all
   * the time has more than it can do, and others may be idle.
   */
  async comeBack(wake: LaneWake): Promise<void> {
    const isFull = this.#since !== null && performance.now() - this.#since > LONGEST_WAIT_MS;
    this.#comeBacks = isFull ? (this.#comeBacks + 1) % SHARED : 0;
    if (isFull && this.#comeBacks === 0) await this.#deps.wakes.wake([wake]);
    else await this.wake([wake]);
  }

  /** Passes on what waits, and from now on everything. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#passOn();
  }

  #pump(): void {
    for (const first of this.#waiting) {
      if (performance.now() - first.since > LONGEST_WAIT_MS) return void this.#passOn();
      const leave = this.#deps.enter();
      if (leave === null) break;
      this.#waiting.delete(first);
      void this.#run(first.wake).finally(() => {
        leave();
        this.#pump();
      });
    }
    // Nothing that ends would bring them their turn.
    if (this.#running === 0 && this.#waiting.size > 0) return void this.#passOn();
    if (this.#waiting.size === 0) this.#since = null;
    else this.#since ??= performance.now();
  }

  async #run({ webhookId, mark }: LaneWake): Promise<void> {
    const { run, onError } = this.#deps;
    this.#running += 1;
    try {
      await run({ webhookId, ...(mark === undefined ? {} : { mark }) });
    } catch (error) {
      // It fails with Redis only, and has seen to it that its lane is looked at again.
      onError(error as Error);
    } finally {
      this.#running -= 1;
    }
  }

  async #passOn(): Promise<void> {
    const wakes = Array.from(this.#waiting, ({ wake }) => wake);
    this.#waiting.clear();
    this.#since = null;
    if (wakes.length > 0) await this.#deps.wakes.wake(wakes).catch(this.#deps.onError);
  }
}
