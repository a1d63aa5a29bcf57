/** All lane runs of one worker: their leases, the move of slow ones out of the healthy slots, and the stop. */
import { setTimeout as pause } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { HooklaneError, type LanePool } from '@hooklane/core';
import type { LaneDeps } from './lane-deps.ts';
import { LaneRun } from './run-lane.ts';

/** What the runner needs beyond a run. */
export interface LaneRunnerOptions extends LaneDeps {
  /** How many runs may go on after they left the slots of the healthy lanes because they turned out slow. */
  slowRuns: number;
  /** How often leases are prolonged, ms; well below the lease of a run. */
  renewMs: number;
}

const LOOK_MS = 100;

/**
 * A run whose oldest try is in flight for so long may leave its slot, ms, though its endpoint does not count as slow yet: lanes that hang, all
 * at once, would hold the slots of the quick ones for that long.
 */
const LINGER_MS = 250;

/** The lane runs of a worker. */
export class LaneRunner {
  readonly #options: LaneRunnerOptions;
  readonly #runs = new Set<LaneRun>();
  readonly #timers: NodeJS.Timeout[];
  readonly #leaveSlot = new Map<LaneRun, () => void>();
  #detached = 0;
  #stopping = false;
  #renewing = false;

  constructor(options: LaneRunnerOptions) {
    this.#options = options;
    this.#timers = [
      setInterval(() => void this.#renew(), options.renewMs).unref(),
      setInterval(() => this.#look(), LOOK_MS).unref(),
    ];
  }

  /** Lanes that run now. */
  get running(): number {
    return this.#runs.size;
  }

  /** Tries in flight now. */
  get inFlight(): number {
    let count = 0;
    for (const run of this.#runs) count += run.inFlight;
    return count;
  }

  /** Tries that the lanes that run now may have in flight. */
  get window(): number {
    let sum = 0;
    for (const run of this.#runs) sum += run.window;
    return sum;
  }

  /**
   * Runs a lane. Resolves when its slot is free: when the run is over, or when the endpoint turned out slow and the
   * run goes on outside the slots of the healthy lanes.
   */
  async run(hint: { webhookId: string; mark?: string }, pool: LanePool): Promise<void> {
    if (this.#stopping) return;
    const { slotQueue, ...others } = this.#options;
    const isHealthy = pool === 'lanes' && slotQueue !== undefined;
    const run = new LaneRun(isHealthy ? { ...others, slotQueue } : others, hint, randomUUID());
    this.#runs.add(run);
    const work = run.work().finally(() => this.#runs.delete(run));
    if (pool === 'slow-lanes') return work;
    let detached = false;
    const slow = new Promise<void>((resolve) => {
      this.#leaveSlot.set(run, () => {
        this.#leaveSlot.delete(run);
        run.leaveSlot();
        detached = true;
        this.#detached++;
        resolve();
      });
    });
    const ended = work.finally(() => {
      this.#leaveSlot.delete(run);
      if (detached) this.#detached--;
    });
    await Promise.race([ended, slow]);
    if (detached) ended.catch((error: unknown) => this.#options.onBug(error));
  }

  #look(): void {
    const { slowRuns, breaker } = this.#options;
    const lingerMs = Math.min(LINGER_MS, breaker.slowMs);
    for (const run of this.#runs) {
      const oldest = run.oldestMs();
      if (oldest >= breaker.slowMs) run.markSlow();
      if (oldest < lingerMs) continue;
      if (this.#detached < slowRuns) this.#leaveSlot.get(run)?.();
      else run.keepSlot();
    }
  }

  /** One beat at a time: while Redis is away they must not pile up. */
  async #renew(): Promise<void> {
    if (this.#renewing || this.#runs.size === 0) return;
    this.#renewing = true;
    const runs = [...this.#runs].map(({ webhookId, run }) => ({ webhookId, run }));
    try {
      await this.#options.lanes.renew(runs);
    } catch (error) {
      // A lost Redis is no bug; the runs meet it as well, and a lease that ended costs a try at most.
      if (!(error instanceof HooklaneError)) this.#options.onBug(error);
    } finally {
      this.#renewing = false;
    }
  }

  /**
   * Stops: nothing more is taken; what is in flight has `graceMs` to end, the rest goes back uncharged as
   * `interrupted`. Resolves when all is settled.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    for (const run of this.#runs) run.leave();
    const deadline = performance.now() + graceMs;
    while (this.#runs.size > 0 && performance.now() < deadline) await pause(20);
    for (const run of this.#runs) run.abort();
    const settled = performance.now() + SETTLE_MS;
    while (this.#runs.size > 0 && performance.now() < settled) await pause(20);
    for (const timer of this.#timers) clearInterval(timer);
  }
}

/** How long the last settling may take once everything in flight was ended; leases cover what is left. */
const SETTLE_MS = 5000;
