/** Times as text: RFC 3339, section 5.6, with a `T` and in upper case; up to nanoseconds. */

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * ms since the epoch of an RFC 3339 text, or null when it is none. `Date.parse` alone would take 30 February for
 * 2 March, and hour 24. A leap second is refused, since ms since the epoch cannot hold one.
 */
export function parseTime(text: string): number | null {
  const [, year, month, day] = RFC_3339.exec(text) ?? [];
  if (year === undefined || Number(day) > lastDayOf(Number(year), Number(month))) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/** `month` counts from 1. */
function lastDayOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
