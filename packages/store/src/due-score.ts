/** Scores of a lane: when a delivery is due, as a whole number. See `../lua/due.lua`. */

/** Places of a millisecond: up to the year 2109 a double tells them apart. */
const PLACES = 2048;

/** The score of what is due at a time, ms since the epoch. */
export function dueScore(ms: number): number {
  return ms * PLACES;
}

/** When something is due, ms since the epoch; at most a millisecond early. */
export function dueMs(score: string | number): number {
  return Math.floor(Number(score) / PLACES);
}
