import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseTime } from './time.ts';

test('every time that a Date can write is read back', () => {
  const dates = fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(fc.property(dates, (date) => expect(parseTime(date.toISOString())).toBe(date.getTime())));
});

test.each([
  ['2015-11-20T23:43:01Z', Date.UTC(2015, 10, 20, 23, 43, 1)],
  ['2015-11-20T23:43:01.5+01:00', Date.UTC(2015, 10, 20, 22, 43, 1, 500)],
  ['2015-11-20T23:43:01.123456789-05:30', Date.UTC(2015, 10, 21, 5, 13, 1, 123)],
  ['2016-02-29T00:00:00Z', Date.UTC(2016, 1, 29)],
  ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
])('%s is a time', (text, ms) => {
  expect(parseTime(text)).toBe(ms);
});

describe('what is no time', () => {
  test.each([
    ['a day that its month has not', '2015-02-30T00:00:00Z'],
    ['29 February of a common year', '2015-02-29T00:00:00Z'],
    ['29 February of 1900', '1900-02-29T00:00:00Z'],
    ['31 April', '2015-04-31T00:00:00Z'],
    ['day 0', '2015-04-00T00:00:00Z'],
    ['month 13', '2015-13-01T00:00:00Z'],
    ['hour 24', '2015-04-30T24:00:00Z'],
    ['minute 60', '2015-04-30T23:60:00Z'],
    ['second 90', '2015-04-30T23:43:90Z'],
    ['a leap second', '2015-06-30T23:59:60Z'],
    ['an offset of a day', '2015-04-30T23:00:00+24:00'],
    ['no offset', '2015-04-30T23:00:00'],
    ['a space for the T', '2015-04-30 23:00:00Z'],
    ['a date alone', '2015-04-30'],
    ['words', 'today'],
  ])('%s', (_what, text) => {
    expect(parseTime(text)).toBeNull();
  });
});
