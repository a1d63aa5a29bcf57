/** The breaker as three fields of the lane's state: what scripts need, and the rest as one text. */
import { type Breaker, CLOSED_BREAKER } from '@hooklane/core';

/** `bs`, `bp`, `b`, `sl` of the lane's state, as `settle` takes and `take` gives them. */
export type BreakerFields = [state: string, probeAt: string, text: string, slow: string];

/** Writes a breaker. */
export function encodeBreaker(b: Breaker): BreakerFields {
  const text = [b.faults, b.since, b.lastFaultEvent, b.events, b.probes, b.window].join('|');
  return [b.state, String(Math.round(b.probeAt)), text, b.slow ? '1' : '0'];
}

/** Reads a breaker; a lane without one is closed. */
export function decodeBreaker([state, probeAt, text, slow]: BreakerFields): Breaker {
  if (!state) return { ...CLOSED_BREAKER };
  const [faults, since, lastFaultEvent, events, probes, window] = text.split('|');
  return {
    state: state as Breaker['state'],
    faults: Number(faults ?? 0),
    since: Number(since ?? 0),
    lastFaultEvent: lastFaultEvent ?? '',
    events: Number(events ?? 0),
    probeAt: Number(probeAt || 0),
    probes: Number(probes ?? 0),
    window: Number(window ?? 0),
    slow: slow === '1',
  };
}
