import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { formatDuration, parseDuration } from './duration.ts';

test.each([
  ['250ms', 250],
  ['5s', 5000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['0s', 0],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', 's', '5 s', '-5s', '1.5s', '5S', '5d', '5s ', '5s5m', '999999999999999h', '٥s', '5s\n'])(
  '"%s" is no duration',
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);

test('what is formatted reads back the same', () => {
  fc.assert(
    fc.property(fc.nat({ max: 10 ** 12 }), (ms) => expect(parseDuration(formatDuration(ms))).toBe(ms)),
  );
});

test.each([
  [0, '0s'],
  [250, '250ms'],
  [1500, '1500ms'],
  [90_000, '90s'],
  [86_400_000, '24h'],
])('%i ms is written %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
