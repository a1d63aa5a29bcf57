/** How busy the event loop of this process is: what the slots of lanes and the gate of tries go by. */
import { performance } from 'node:perf_hooks';

/** Above this share of time at work the process itself is what is slow. */
export const BUSY = 0.93;
/** How much one look weighs against those before it: a moment in which many lanes wait for Redis is no sign of room. */
const WEIGHT = 0.3;
const LOOK_MS = 100;

/** What was found so far, with a new look; all are shares of time, 0 to 1. */
export function smoothed(before: number, utilization: number): number {
  return before + WEIGHT * (utilization - before);
}

/** Tells ten times a second the share of the last moment in which the loop was at work, 0 to 1, until the function that it returns is called. */
export function watchLoop(look: (utilization: number) => void): () => void {
  let load = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(load);
    load = performance.eventLoopUtilization();
    look(utilization);
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}
