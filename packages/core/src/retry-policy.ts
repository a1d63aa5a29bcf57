/** When a failed delivery is tried again: DESIGN section 4, the schedule of Standard Webhooks. */
import { formatDuration, parseDuration } from './duration.ts';
import { showValue } from './show-value.ts';

/** A retry schedule. */
export interface RetryPolicy {
  /** Delay before each retry, ms; 1 to {@link MAX_RETRIES} entries. */
  scheduleMs: readonly number[];
  /** Each delay is spread by this share up and down: 0.2 is ±20 %. */
  jitter: number;
  /** The longest wait that a receiver may ask for, ms; default 24 hours. */
  retryAfterMaxMs?: number;
}

/** The default of `HOOKLANE_RETRY_SCHEDULE`: nine retries over about three days. */
export const DEFAULT_RETRY_SCHEDULE = '5s,5m,30m,2h,5h,10h,14h,20h,24h';

/** Retries are spread so that what failed together does not come back together. */
export const RETRY_JITTER = 0.2;

/** The most retries of a schedule. */
export const MAX_RETRIES = 50;

/** The longest delay of a schedule, ms: 7 days. */
export const MAX_RETRY_DELAY_MS = 7 * 24 * 3_600_000;

/** A schedule that was read, or a sentence that names the bound and the value. */
export type RetryScheduleCheck = { ok: true; scheduleMs: number[] } | { ok: false; message: string };

/** Reads `5s,5m,30m`: 1 to {@link MAX_RETRIES} durations of 1 ms to 7 days, with or without spaces between. */
export function parseRetrySchedule(text: string): RetryScheduleCheck {
  const entries = text.split(',', MAX_RETRIES + 1).map((entry) => entry.trim());
  if (entries.length > MAX_RETRIES) {
    return refuse(`A retry schedule has at most ${MAX_RETRIES} delays; this one has more.`);
  }
  const scheduleMs: number[] = [];
  for (const entry of entries) {
    const ms = parseDuration(entry);
    if (ms === null || ms < 1 || ms > MAX_RETRY_DELAY_MS) return refuse(delayProblem(entry));
    scheduleMs.push(ms);
  }
  return { ok: true, scheduleMs };
}

/** The policy that holds when nothing is set. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  scheduleMs: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map((seconds) => seconds * 1000),
  jitter: RETRY_JITTER,
};

/**
 * ms to wait before the next try, or null: the schedule has ended.
 * `charged`: how many tries counted so far; 1 after the first failed try, 0 when none counted.
 * `random01`: 0 to 1, where 0.5 is the plain delay.
 */
export function retryDelay(policy: RetryPolicy, charged: number, random01: number): number | null {
  const base = policy.scheduleMs[Math.max(charged, 1) - 1];
  if (base === undefined) return null;
  return Math.round(base * (1 + policy.jitter * (2 * random01 - 1)));
}

/** The longest that all delays of the schedule can take together, with jitter, ms. */
export function scheduleTotalMs(policy: RetryPolicy): number {
  return policy.scheduleMs.reduce((total, base) => total + Math.ceil(base * (1 + policy.jitter)), 0);
}

function delayProblem(entry: string): string {
  const longest = formatDuration(MAX_RETRY_DELAY_MS);
  return `A retry delay must be 1ms to ${longest}, such as 250ms, 5s, 5m, 2h; this one is ${showValue(entry)}.`;
}

function refuse(message: string): RetryScheduleCheck {
  return { ok: false, message };
}

/**
 * After this, what waits in an open lane has had its time: the whole schedule, a fifth more, and two minutes of probes.
 * Workers give such a delivery up, and no program may let its event expire earlier, so all take it from here. In ms.
 */
export function lapseMs(policy: RetryPolicy): number {
  return scheduleTotalMs(policy) * 1.2 + 120_000;
}
