/**
 * The slots of the healthy lanes of a shard: how many run at a time. All that the settings allow while the worker waits for receivers; fewer
 * while the process itself is what is slow. Then more lanes would only take more that waits. How many tries of those lanes are under way
 * at a time is for `TryGate` to say.
 */
import { BUSY, smoothed, watchLoop } from './watch-loop.ts';

/** Above the share of time at work that counts as busy lanes are taken back; below this one there are more again. */
const FREE = 0.75;
/** Never fewer, unless the settings say so: events that come alone would wait for each other. As many in the beginning. */
const LEAST = 32;

/** How long lanes gather results while the process is busy, ms: then larger batches are worth more than a quick one. */
const BUSY_GATHER_MS = 16;

/** The jobs of the queue `lanes` of this worker. */
export interface LaneJobs {
  allow: (count: number) => void;
  running: () => number;
}

/** See above. */
export class LaneSlots {
  readonly #most: number;
  readonly #endWatch: () => void;
  #limit: number;
  #here = 0;
  #busy = 0;
  #jobs: LaneJobs = { allow: () => undefined, running: () => 0 };
  #allowed = 1;

  /** `most`: the setting, 1 or more. */
  constructor(most: number) {
    this.#most = most;
    this.#limit = Math.min(LEAST, most);
    this.#endWatch = watchLoop((utilization) => this.adjust(utilization));
  }

  /** How many lanes may run at present. */
  get limit(): number {
    return this.#limit;
  }

  /** How long results are gathered at least before they are written, ms. */
  get gatherMs(): number {
    return this.#busy > BUSY ? BUSY_GATHER_MS : 0;
  }

  /** Shares the slots with the jobs of the queue: tells them how many may run at a time, 1 or more, now and whenever that changes. */
  share(jobs: LaneJobs): void {
    this.#jobs = jobs;
    this.#tell();
  }

  /**
   * A slot for a lane that this worker woke itself, without a job; null when there is none. At most half of them while jobs use all
   * that they have, so that what waits in the queue has its turn. The function that is returned gives the slot back, once.
   */
  enter(): (() => void) | null {
    const jobs = this.#jobs.running();
    const most = jobs >= this.#allowed ? Math.floor(this.#limit / 2) : this.#limit - jobs;
    if (this.#here >= most) return null;
    this.#here += 1;
    this.#tell();
    return () => {
      this.#here -= 1;
      this.#tell();
    };
  }

  /** `utilization`: share of the last moment in which the event loop was at work, 0 to 1. */
  adjust(utilization: number): void {
    const most = this.#most;
    const before = this.#limit;
    this.#busy = smoothed(this.#busy, utilization);
    if (this.#busy > BUSY) this.#limit = Math.max(Math.min(LEAST, most), Math.floor(before * 0.7));
    else if (this.#busy < FREE) this.#limit = Math.min(most, Math.ceil(before * 1.25));
    if (this.#limit !== before) this.#tell();
  }

  /** Looks no more. */
  close(): void {
    this.#endWatch();
  }

  #tell(): void {
    this.#allowed = Math.max(1, this.#limit - this.#here);
    this.#jobs.allow(this.#allowed);
  }
}
