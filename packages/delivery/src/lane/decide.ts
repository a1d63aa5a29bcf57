/** Step "decide": what becomes of the delivery. Pure: the clock and the dice are arguments. DESIGN section 5. */
import { type Disposition, type RetryPolicy, parseRetryAfter, retryDelay } from '@hooklane/core';
import type { Verdict } from './classify.ts';

/** What a decision rests on. */
export interface DecisionInput {
  verdict: Verdict;
  /** Tries that counted before this one. */
  charged: number;
  policy: RetryPolicy;
  /** The Retry-After header of the answer. */
  retryAfter: string | null;
  /** ms since the epoch. */
  now: number;
  /** 0 to 1. */
  random: number;
}

/** What becomes of the delivery, and whether the try counts against its schedule. */
export interface Decision {
  disposition: Disposition;
  charged: boolean;
}

/** How long a try waits that failed because of us, other than by a shutdown. */
const OUR_FAULT_DELAY_MS = 5000;

/** Decides. */
export function decide(input: DecisionInput): Decision {
  const { verdict, now } = input;
  if (verdict.outcome === 'ok') return { disposition: { kind: 'delivered' }, charged: true };
  if (verdict.outcome === 'gone') return { disposition: { kind: 'dead', reason: 'gone' }, charged: true };
  if (verdict.outcome === 'blocked')
    return { disposition: { kind: 'dead', reason: 'blocked' }, charged: false };
  if (verdict.fault === 'ours') {
    const wait = verdict.outcome === 'interrupted' ? 0 : OUR_FAULT_DELAY_MS;
    return { disposition: { kind: 'retry', at: now + wait }, charged: false };
  }
  const delay = retryDelay(input.policy, input.charged + 1, input.random);
  if (delay === null) return { disposition: { kind: 'dead', reason: 'exhausted' }, charged: true };
  const asked = parseRetryAfter(input.retryAfter, now, input.policy.retryAfterMaxMs) ?? 0;
  return { disposition: { kind: 'retry', at: now + Math.max(delay, asked) }, charged: true };
}
