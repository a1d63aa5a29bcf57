/** The header `Retry-After`: seconds, or one of the three forms of an HTTP date (RFC 9110, 10.2.3 and 5.6.7). */

/** The longest wait that a receiver may ask for unless something else is set, ms: 24 hours. */
export const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;

const DATE_FORMS = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(String.raw`^${DAY}, (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} GMT$`),
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(String.raw`^${LONG_DAY}, (?<day>\d\d)-${MONTH}-(?<year>\d\d) ${TIME} GMT$`),
  // asctime: Sun Nov  6 08:49:37 1994
  new RegExp(String.raw`^${DAY} ${MONTH} (?<day>[ \d]\d) ${TIME} (?<year>\d{4})$`),
];

/**
 * How long the receiver asks us to wait, ms from `now` (ms since the epoch), 0 to `maxMs`.
 * A date in the past is 0. null: no header, or one that cannot be read (then the schedule decides alone).
 */
export function parseRetryAfter(
  header: string | null | undefined,
  now: number,
  maxMs = MAX_RETRY_AFTER_MS,
): number | null {
  if (header === null || header === undefined) return null;
  const text = header.trim();
  const delay = /^\d+$/.test(text) ? Number(text) * 1000 : delayUntilDate(text, now);
  return delay === null ? null : Math.min(Math.max(delay, 0), maxMs);
}

function delayUntilDate(text: string, now: number): number | null {
  for (const form of DATE_FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts !== undefined) {
      const at = timeOf(parts, now);
      return at === null ? null : at - now;
    }
  }
  return null;
}

function timeOf(parts: Record<string, string | undefined>, now: number): number | null {
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number);
  if (day === undefined || hour === undefined || minute === undefined || second === undefined) return null;
  // RFC 9110 allows the leap second :60.
  if (hour > 23 || minute > 59 || second > 60) return null;
  const month = MONTHS.indexOf(parts.month ?? '');
  const date = new Date(0);
  // Not Date.UTC: it moves the years 0 to 99 into the 20th century.
  date.setUTCFullYear(fullYear(parts.year ?? '', now), month, day);
  // A day that the month does not have moves the date into another month.
  if (date.getUTCMonth() !== month) return null;
  return date.setUTCHours(hour, minute, second);
}

/** RFC 9110: two digits mean the year that ends in them and lies at most 50 years ahead. */
function fullYear(digits: string, now: number): number {
  if (digits.length === 4) return Number(digits);
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(digits);
  if (year > thisYear + 50) return year - 100;
  return year <= thisYear - 50 ? year + 100 : year;
}
