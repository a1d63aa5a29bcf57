import { describe, expect, test } from '@jest/globals';
import { UsageError } from '@hooklane/local';
import { readOptions } from './options.ts';

test('without arguments: three rounds of five seconds, all rows', () => {
  expect(readOptions([])).toEqual({
    rounds: 3,
    seconds: 5,
    count: null,
    rows: null,
    all: false,
    json: null,
    svg: null,
    smoke: false,
    help: false,
  });
});

test('the smoke form is one round of a few hundred deliveries', () => {
  expect(readOptions(['--smoke'])).toMatchObject({ rounds: 1, count: 400 });
  expect(readOptions(['--smoke', '--rounds', '2', '--count', '50'])).toMatchObject({ rounds: 2, count: 50 });
});

test('rows are matched in any case', () => {
  const { rows } = readOptions(['--rows', 'FAN-OUT 1$']);
  expect(rows?.test('hooklane fan-out 1')).toBe(true);
  expect(rows?.test('hooklane fan-out 10')).toBe(false);
});

describe('what cannot be used is refused, with its name and value', () => {
  test.each([
    ['--rounds', '0'],
    ['--rounds', '21'],
    ['--seconds', '1.5'],
    ['--seconds', '61'],
    ['--count', '9'],
    ['--count', '300001'],
    ['--count', 'many'],
  ])('%s %s', (name, value) => {
    expect(() => readOptions([name, value])).toThrow(UsageError);
    expect(() => readOptions([name, value])).toThrow(new RegExp(`${name} .*"${value}"`));
  });

  test('a pattern that is none, and an option that nobody knows', () => {
    expect(() => readOptions(['--rows', '('])).toThrow(UsageError);
    expect(() => readOptions(['--fast'])).toThrow(UsageError);
  });
});
