/**
 * The circuit breaker of a lane. Pure: every function takes a state and gives the next one.
 *
 *   closed ──faults across events, for a while──▶ open ──probe succeeds──▶ draining ──window full──▶ closed
 *                                                  ▲  └─probe fails: twice the wait─┘        │
 *                                                  └───────────── faults again ──────────────┘
 *
 * One stubborn event, or one bad moment that hits a full window, does not open a lane.
 */
import { type Breaker, CLOSED_BREAKER } from '@hooklane/core';

/** When a lane opens and how it comes back. Times in ms. */
export interface BreakerPolicy {
  /** Consecutive faults that open a lane; 0: never. */
  faults: number;
  /** Over which time at least. */
  spanMs: number;
  /** From how many different events at least. */
  events: number;
  /** Wait before the first probe; doubles with every failed one up to `mostProbeMs`. */
  firstProbeMs: number;
  mostProbeMs: number;
  /** A try that takes longer makes the lane a slow one. */
  slowMs: number;
}

/** The defaults. */
export const DEFAULT_BREAKER_POLICY: BreakerPolicy = {
  faults: 10,
  spanMs: 30_000,
  events: 3,
  firstProbeMs: 5000,
  mostProbeMs: 300_000,
  slowMs: 1000,
};

/** Faults in a row that open a draining lane again. */
const DRAIN_FAULTS = 3;

/** What the breaker hears of one try. Our own faults are not reported to it. */
export interface TryReport {
  ok: boolean;
  eventId: string;
  /** It was sent while the lane was open. Late failures of tries from before say nothing new about an open lane. */
  probe: boolean;
  durationMs: number;
  /** ms since the epoch. */
  now: number;
  /** 0 to 1: spreads probes. */
  random: number;
  /** Tries in flight that the webhook allows. */
  cap: number;
}

/** The state after a try. */
export function afterTry(breaker: Breaker, report: TryReport, policy: BreakerPolicy): Breaker {
  const slow = isSlow(breaker, report, policy);
  // Nearly every try: nothing to say.
  if (report.ok && breaker.state === 'closed' && breaker.faults === 0 && slow === breaker.slow)
    return breaker;
  return report.ok
    ? afterSuccess({ ...breaker, slow }, report.cap)
    : afterFault({ ...breaker, slow }, report, policy);
}

function isSlow(breaker: Breaker, report: TryReport, policy: BreakerPolicy): boolean {
  if (report.durationMs >= policy.slowMs) return true;
  return breaker.slow && !(report.ok && report.durationMs < policy.slowMs / 2);
}

function afterSuccess(breaker: Breaker, cap: number): Breaker {
  const calm: Breaker = { ...CLOSED_BREAKER, slow: breaker.slow };
  if (breaker.state === 'closed') return calm;
  const window = breaker.state === 'open' ? 2 : breaker.window + 1;
  return window >= cap ? calm : { ...calm, state: 'draining', window };
}

function afterFault(breaker: Breaker, report: TryReport, policy: BreakerPolicy): Breaker {
  if (breaker.state === 'open' && !report.probe) return breaker;
  const next: Breaker = {
    ...breaker,
    faults: breaker.faults + 1,
    since: breaker.since === 0 ? report.now : breaker.since,
    events: breaker.events + (report.eventId === breaker.lastFaultEvent ? 0 : 1),
    lastFaultEvent: report.eventId,
  };
  return mustOpen(next, report.now, policy) ? open(next, report, policy) : next;
}

function mustOpen(breaker: Breaker, now: number, policy: BreakerPolicy): boolean {
  if (policy.faults === 0) return false;
  if (breaker.state === 'open') return true;
  if (breaker.state === 'draining') return breaker.faults >= DRAIN_FAULTS;
  return (
    breaker.faults >= policy.faults && breaker.events >= policy.events && now - breaker.since >= policy.spanMs
  );
}

function open(breaker: Breaker, report: TryReport, policy: BreakerPolicy): Breaker {
  const probes = breaker.state === 'open' ? breaker.probes + 1 : 0;
  const wait = Math.min(policy.mostProbeMs, policy.firstProbeMs * 2 ** Math.min(probes, 20));
  const jittered = wait * (0.8 + 0.4 * report.random);
  return { ...breaker, state: 'open', probes, probeAt: report.now + jittered, window: 0 };
}

/** How many tries may be in flight. */
export function windowOf(breaker: Breaker, cap: number): number {
  if (breaker.state === 'open') return 1;
  return breaker.state === 'draining' ? Math.min(cap, Math.max(1, breaker.window)) : cap;
}

/** Whether two say the same. */
export function sameBreaker(a: Breaker, b: Breaker): boolean {
  return (
    a === b ||
    (a.state === b.state &&
      a.slow === b.slow &&
      a.faults === b.faults &&
      a.window === b.window &&
      a.probeAt === b.probeAt &&
      a.probes === b.probes &&
      a.since === b.since &&
      a.events === b.events &&
      a.lastFaultEvent === b.lastFaultEvent)
  );
}
