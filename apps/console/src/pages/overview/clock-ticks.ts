/** Where the time axis is written at: full hours and the like, as far as something was measured. */
import type { Bin } from './bins.ts';

const MINUTE_MS = 60_000;
/** Distances that people read easily, minutes. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360] as const;

/** The times of bins, ms, that fall on a round time of the clock of `zone` (minutes before UTC, as a Date has it); at most `most`. */
export function clockTicks(bins: readonly Pick<Bin, 'at'>[], most: number, zone: number): number[] {
  for (const step of STEPS) {
    const ticks = bins.map(({ at }) => at).filter((at) => (Math.round(at / MINUTE_MS) - zone) % step === 0);
    if (ticks.length <= most) return ticks;
  }
  return bins.slice(0, 1).map(({ at }) => at);
}
