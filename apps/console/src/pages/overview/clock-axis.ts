/** The time axis that both charts share. */
import { clockText } from '../../ui/time-text.ts';
import type { Bin } from './bins.ts';
import { clockTicks } from './clock-ticks.ts';

/** As many as fit beside each other on a phone. */
const MOST_TICKS = 6;

/** What an `XAxis` needs beside its looks. */
export function clockAxis(bins: readonly Bin[]) {
  const zone = new Date(bins.at(-1)?.at ?? 0).getTimezoneOffset();
  return { ticks: clockTicks(bins, MOST_TICKS, zone), interval: 0, tickFormatter: clockText } as const;
}
