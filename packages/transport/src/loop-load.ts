/** Whether the process itself is what is slow, by the share of time in which its event loop was at work. */
import { performance } from 'node:perf_hooks';

/** Above this share of time at work the process itself is what is slow. */
const BUSY = 0.8;
/** How often it is looked at, at most, ms. */
const LOOK_MS = 20;

/** Looks only when asked, so that an idle process has nothing to do. */
export class LoopLoad {
  #load = performance.eventLoopUtilization();
  #lookedAt = performance.now();
  #isBusy = false;

  /** Whether the loop was at work nearly all of the time between the last two looks, 20 ms apart or more. */
  get isBusy(): boolean {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_MS) return this.#isBusy;
    this.#isBusy = performance.eventLoopUtilization(this.#load).utilization > BUSY;
    this.#load = performance.eventLoopUtilization();
    this.#lookedAt = now;
    return this.#isBusy;
  }
}
