/** From the minutes of the API to the bars and points of a chart: few enough to be told apart. */
import type { ApiAttempt, ApiOverview } from '@hooklane/client';

/** A minute as the API gives it. */
export type Minute = ApiOverview['minutes'][number];

/** An outcome of a try. */
export type Outcome = ApiAttempt['outcome'];

/** Several minutes together. */
export interface Bin {
  /** When it begins, ms since the epoch. */
  at: number;
  /** How many minutes it holds; the last one may hold fewer. */
  minutes: number;
  accepted: number;
  delivered: number;
  dead: number;
  outcomes: Partial<Record<Outcome, number>>;
  /** The highest of its minutes, ms; null when nothing was delivered. */
  latency: NonNullable<Minute['latency']> | null;
}

/** Oldest first, and aligned to the clock, so that a bin keeps its place while time goes on. */
export function binsOf(minutes: readonly Minute[], size: number): Bin[] {
  const bins = new Map<number, Bin>();
  for (const minute of minutes) {
    const ms = size * 60_000;
    const at = Math.floor(Date.parse(minute.minute) / ms) * ms;
    const bin = bins.get(at);
    if (bin === undefined) bins.set(at, newBin(at, minute));
    else addMinute(bin, minute);
  }
  return [...bins.values()];
}

function newBin(at: number, { accepted, delivered, dead, outcomes, latency }: Minute): Bin {
  return { at, minutes: 1, accepted, delivered, dead, outcomes: { ...outcomes }, latency };
}

function addMinute(bin: Bin, minute: Minute): void {
  bin.minutes += 1;
  bin.accepted += minute.accepted;
  bin.delivered += minute.delivered;
  bin.dead += minute.dead;
  for (const [outcome, count] of Object.entries(minute.outcomes) as [Outcome, number][]) {
    bin.outcomes[outcome] = (bin.outcomes[outcome] ?? 0) + count;
  }
  bin.latency = highest(bin.latency, minute.latency);
}

function highest(a: Bin['latency'], b: Bin['latency']): Bin['latency'] {
  if (a === null || b === null) return a ?? b;
  return { p50: Math.max(a.p50, b.p50), p95: Math.max(a.p95, b.p95), p99: Math.max(a.p99, b.p99) };
}
