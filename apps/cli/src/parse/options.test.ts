import { describe, expect, test } from '@jest/globals';
import { countOption, durationOption, momentOption, sizeOption, statusListOption } from './options.ts';
import { needScope, quote, scopeFlags } from './scope-options.ts';
import { filterOf, nameFilter } from './delivery-filter.ts';

const NOW = Date.parse('2026-11-23T22:00:00.000Z');

describe('a moment', () => {
  const moment = momentOption(() => NOW);

  test.each([
    ['90s', '2026-11-23T21:58:30.000Z'],
    ['2h', '2026-11-23T20:00:00.000Z'],
    ['7d', '2026-11-16T22:00:00.000Z'],
    ['2026-11-23T22:00:00+02:00', '2026-11-23T20:00:00.000Z'],
    ['2026-11-23T20:00Z', '2026-11-23T20:00:00.000Z'],
  ])('%s is %s', (text, time) => {
    expect(moment(text)).toBe(time);
  });

  test.each([
    '',
    'yesterday',
    '2h ago',
    '-2h',
    '2026-11-23',
    '2026-11-23T22:00:00',
    '2026-13-01T00:00:00Z',
    '999999d',
  ])('%j is none', (text) => {
    expect(() => moment(text)).toThrow('It must be a time');
  });
});

test('a duration has bounds, and the message names them', () => {
  const read = durationOption({ min: 100, max: 60_000 });
  expect([read('100ms'), read('1m')]).toEqual([100, 60_000]);
  for (const text of ['99ms', '61s', '5', '1.5s']) expect(() => read(text)).toThrow('It must be 100ms to 1m');
});

test('a size has a unit and bounds', () => {
  const read = sizeOption({ min: 65_536, max: 2 ** 30 });
  expect([read('64KiB'), read('256MiB'), read('1GiB')]).toEqual([65_536, 2 ** 28, 2 ** 30]);
  for (const text of ['63KiB', '2GiB', '65536', '1MB', '1.5MiB', '-1MiB', '', '0KiB']) {
    expect(() => read(text)).toThrow('such as 256MiB');
  }
});

test.each(['0', '11', '1e1', '-1', '', '3.0'])('%j is no count from 1 to 10', (text) => {
  expect(() => countOption({ min: 1, max: 10 })(text)).toThrow('whole number from 1 to 10');
});

test('answers are statuses with commas between', () => {
  expect(statusListOption('500, 500,200')).toEqual([500, 500, 200]);
  for (const text of ['', '500,', 'ok', '100', '600', '200.5'])
    expect(() => statusListOption(text)).toThrow('It must be');
});

test('a scope needs its account', () => {
  const scope = { account: 'jdoe', scope: { kind: 'environment' as const, name: "it's prod" } };
  expect(needScope({ account: 'jdoe', environment: "it's prod" })).toEqual(scope);
  expect(scopeFlags(scope)).toBe(String.raw`--account jdoe --environment 'it'\''s prod'`);
  for (const flags of [{}, { account: 'jdoe' }, { application: 'shop' }])
    expect(() => needScope(flags)).toThrow('Say which');
  expect(quote('$(rm)')).toBe("'$(rm)'");
});

test('a filter has what was said, in words too', () => {
  const filter = filterOf({ account: 'jdoe', application: 'shop', statusCode: 500, since: undefined });
  expect(filter).toEqual({ account: 'jdoe', application: 'shop', statusCode: 500 });
  expect(nameFilter(filter)).toBe('application shop of jdoe, HTTP 500');
  expect([nameFilter({}), nameFilter({ account: 'jdoe' }), nameFilter({ environment: 'p' })]).toEqual([
    'all',
    'jdoe',
    'environment p',
  ]);
});
