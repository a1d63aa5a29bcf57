/** Durations as settings write them: `250ms`, `5s`, `5m`, `2h`. */

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const UNITS_DOWN = ['h', 'm', 's'] as const;
const DURATION = /^(\d{1,15})(ms|s|m|h)$/;

/** ms of a duration such as `250ms`, `5s`, `5m`, `2h`; null when the text is none, or too long to count in ms. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null) return null;
  const ms = Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
  return Number.isSafeInteger(ms) ? ms : null;
}

/** The shortest exact writing of `ms` (a whole number, not negative): `parseDuration` reads it back. */
export function formatDuration(ms: number): string {
  const unit = ms === 0 ? 's' : (UNITS_DOWN.find((name) => ms % UNIT_MS[name] === 0) ?? 'ms');
  return `${ms / UNIT_MS[unit]}${unit}`;
}
