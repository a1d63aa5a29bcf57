/** How many tries a lane may have in flight while this process itself is what is slow. */
import { performance } from 'node:perf_hooks';

/** Above this share of time at work the loop is busy: more tries in flight would only wait for it, and be held in memory. */
const BUSY = 0.85;
/** How often the loop is looked at, ms. */
const LOOK_MS = 100;
/** Tries in flight, over all lanes, that keep a busy loop busy; each one more lives longer and costs garbage collection. */
const ENOUGH_TRIES = 1024;
/** Fewer would make the scripts of Redis do little per call. */
const LEAST_TRIES = 16;

/** Watches the loop. */
export interface LoopShare {
  /** The bound for each lane; infinite while the loop has time left. */
  share: () => number;
  close: () => void;
}

/** `lanesRunning`: of this process. */
export function watchLoop(lanesRunning: () => number): LoopShare {
  let last = performance.eventLoopUtilization();
  let isBusy = false;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    isBusy = performance.eventLoopUtilization(now, last).utilization > BUSY;
    last = now;
  }, LOOK_MS).unref();
  return {
    share: () =>
      isBusy ? Math.max(LEAST_TRIES, Math.floor(ENOUGH_TRIES / Math.max(1, lanesRunning()))) : Infinity,
    close: () => clearInterval(timer),
  };
}
