/** A logarithmic axis of durations whose ends and ticks are round numbers of people's units. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Round durations, ms: each about twice to three times the one before. */
const ROUND = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  ...[1, 2, 5, 10, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 30].map((n) => n * MINUTE),
  ...[1, 2, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 30].map((n) => n * DAY),
];

/** Where an axis begins and ends, and what is written at it, ms. */
export interface DurationAxis {
  domain: [number, number];
  ticks: number[];
}

/** Room between the values and the ends. */
const ROOM = 1.15;

/** An axis that holds all values with room to spare. A value below 1 ms counts as 1 ms. The upper end has a tick; there are at most `mostTicks`. */
export function durationAxis(values: readonly number[], mostTicks = 6): DurationAxis {
  const low = Math.max(1, Math.min(...values));
  const high = Math.max(low, ...values);
  const below = ROUND.findLastIndex((at) => at * ROOM < low);
  const above = ROUND.findIndex((at) => at > high * ROOM);
  const inside: number[] = ROUND.slice(Math.max(0, below), above === -1 ? undefined : above + 1);
  const every = Math.ceil((inside.length - 1) / Math.max(1, mostTicks - 1));
  const ticks = inside.filter((_, i) => (inside.length - 1 - i) % every === 0);
  return { domain: [inside[0] ?? 1, Math.max(high * (above === -1 ? ROOM : 1), ...ticks)], ticks };
}
