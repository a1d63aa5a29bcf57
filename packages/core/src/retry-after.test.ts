import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from './retry-after.ts';

/** The example of RFC 9110, 5.6.7. */
const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);
const NOW = EXAMPLE - 60_000;

test.each([
  ['0', 0],
  ['1', 1000],
  ['120', 120_000],
  [' 7\t', 7000],
  ['86400', MAX_RETRY_AFTER_MS],
  ['86401', MAX_RETRY_AFTER_MS],
  ['9'.repeat(400), MAX_RETRY_AFTER_MS],
])('"%s" seconds are %i ms', (header, ms) => {
  expect(parseRetryAfter(header, NOW)).toBe(ms);
});

test.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
  'the three forms of a date are read: %s',
  (header) => {
    expect(parseRetryAfter(header, NOW)).toBe(60_000);
  },
);

test('a date in the past is now', () => {
  expect(parseRetryAfter('Sun, 06 Nov 1994 08:49:37 GMT', EXAMPLE + 1)).toBe(0);
});

test('a date that is days ahead is cut to 24 hours', () => {
  expect(parseRetryAfter('Sun, 13 Nov 1994 08:49:37 GMT', NOW)).toBe(MAX_RETRY_AFTER_MS);
});

test('the example for asctime with a day of two digits', () => {
  expect(parseRetryAfter('Wed Nov 16 00:00:05 1994', Date.UTC(1994, 10, 16))).toBe(5000);
});

test('a leap second is a date', () => {
  expect(parseRetryAfter('Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2016, 11, 31, 23, 59, 59))).toBe(1000);
});

describe('years of two digits', () => {
  test.each([
    ['the same century', 2026, 'Friday, 01-Jan-27', 2027],
    ['50 years ahead', 2026, 'Wednesday, 01-Jan-76', 2076],
    ['51 years ahead is the past', 2026, 'Saturday, 01-Jan-77', 1977],
    ['over the turn of the century', 2099, 'Friday, 01-Jan-00', 2100],
  ])('%s', (_what, thisYear, day, year) => {
    // A minute before the date, or in this year: the delay is then 60 s, cut to 24 h, or 0.
    const expected = Date.UTC(year, 0, 1);
    const now = Date.UTC(thisYear, 11, 31, 23, 59);
    const delay = Math.min(Math.max(expected - now, 0), MAX_RETRY_AFTER_MS);
    expect(parseRetryAfter(`${day} 00:00:00 GMT`, now)).toBe(delay);
  });
});

test.each([
  null,
  undefined,
  '',
  '-1',
  '1.5',
  '1e3',
  '+5',
  '5, 10',
  'soon',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Nov 1994 08:49:37 UTC',
  'Xyz, 06 Nov 1994 08:49:37 GMT',
  'Sun, 31 Feb 1994 08:49:37 GMT',
  'Sun, 00 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 24:00:00 GMT',
  'Sun, 06 Nov 1994 08:60:00 GMT',
  'Sun, 06 Nov 1994 08:49:61 GMT',
  '2030-01-01T00:00:00Z',
])('%p leaves it to the schedule', (header) => {
  expect(parseRetryAfter(header, NOW)).toBeNull();
});

test('every date that Date writes is read to the second', () => {
  const oneDay = fc.integer({ min: 0, max: MAX_RETRY_AFTER_MS / 1000 });
  const anyTime = fc.integer({ min: 0, max: 4_000_000_000 });
  fc.assert(
    fc.property(anyTime, oneDay, (now, ahead) => {
      const header = new Date((now + ahead) * 1000).toUTCString();
      expect(parseRetryAfter(header, now * 1000)).toBe(ahead * 1000);
    }),
  );
});

test('any text gives null or a wait within the bounds', () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      const delay = parseRetryAfter(header, NOW) ?? 0;
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS);
    }),
  );
});
