/** The breaker as fields of the lane's state: what scripts need, and the rest as one text. */
import { type Breaker, CLOSED_BREAKER } from '@hooklane/core';
import { oneOf, wholeNumber } from './damage.ts';

/**
 * What `settle` takes: state, ms until the probe, text, slow. Times cross between a worker's clock and Redis's as
 * distances, so skewed clocks do no harm.
 */
export type BreakerFields = [state: string, probeIn: number, text: string, slow: string];

/** What `take` gives: the same, and how long ago it was written, ms. */
export type BreakerReply = [state: string, probeIn: string, text: string, slow: string, ageMs: string];

/** Writes a breaker. `now` is of the clock of its times. */
export function encodeBreaker(b: Breaker, now: number): BreakerFields {
  const faultyFor = b.since === 0 ? '' : Math.max(0, Math.round(now - b.since));
  const text = [b.faults, faultyFor, b.lastFaultEvent, b.events, b.probes, b.window].join('|');
  return [b.state, Math.round(b.probeAt - now), text, b.slow ? '1' : '0'];
}

/** The number of faults in a row: what the text begins with. */
export function faultsIn(text: string): number {
  return Number.parseInt(text, 10) || 0;
}

/** Reads a breaker into times of the caller's clock; a lane without one, or with one that cannot be read, is closed. */
export function decodeBreaker([state, probeIn, text, slow, ageMs]: BreakerReply, now: number): Breaker {
  const known = oneOf(['closed', 'open', 'draining'], state);
  if (known === null) return { ...CLOSED_BREAKER };
  const [faults, faultyFor, lastFaultEvent, events, probes, window] = text.split('|');
  return {
    state: known,
    faults: wholeNumber(faults),
    since: faultyFor ? now - wholeNumber(ageMs) - wholeNumber(faultyFor) : 0,
    lastFaultEvent: lastFaultEvent ?? '',
    events: wholeNumber(events),
    probeAt: probeIn === '' ? 0 : now + Number(probeIn),
    probes: wholeNumber(probes),
    window: wholeNumber(window),
    slow: slow === '1',
  };
}
