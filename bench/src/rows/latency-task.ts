/** What the emitting process of a latency row and its parent say to each other. */
import type { Workload } from '../workload.ts';

/** What the process is told. */
export interface LatencyTask {
  redisUrl: string;
  /** Events per second. */
  rate: number;
  events: number;
  workload: Workload;
}

/** What it tells: when the first event was due, and how late it emitted the others than they were due, ms. */
export interface LatencyEmitted {
  startAt: number;
  lateP99: number;
}

/** The id of the event that is due as the n-th, counted from 0. */
export const timedId = (index: number): string => `timed-${index}`;
