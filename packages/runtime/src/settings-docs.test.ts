import { readFileSync } from 'node:fs';
import { DEFAULT_RETRY_SCHEDULE } from '@hooklane/core';
import { expect, test } from '@jest/globals';
import { SETTING_NAMES, readSettings } from './settings.ts';

const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');

/** The variables of other programs stand below it. */
const [ours = ''] = page.split('\n## Elsewhere\n');

const rows = Array.from(
  ours.matchAll(/^\| `(\w+)` +\|[^|]*\| (.*?) +\| (.*?) +\| .*? +\| (yes|no) +\|$/gm),
  ([, name = '', preset = '', bounds = '', fromFile = '']) => ({ name, preset, bounds, fromFile }),
);

/** What is wholly a piece of code. */
const codeOf = (cell: string): string | undefined => /^`([^`]+)`$/.exec(cell)?.[1];

/** Why a value is refused; an empty text when it is not. */
function refusalOf(env: Record<string, string>): string {
  try {
    readSettings(env);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  MiB: 2 ** 20,
  TiB: 2 ** 40,
};

/** A value that is greater by so much, in the smallest unit of its kind. */
function moved(text: string, by: number): string {
  const [, digits = '', unit = ''] = /^(\d+)(\w*)$/.exec(text) ?? [];
  const value = Number(digits) * (UNITS[unit] ?? Number.NaN) + by;
  return `${value}${/^(ms|[smhd])$/.test(unit) ? 'ms' : ''}`;
}

test('every setting is in docs/settings.md, and nothing else is', () => {
  expect(rows.map(({ name }) => name).toSorted()).toEqual([...SETTING_NAMES].toSorted());
});

test('the default that it says is the one that holds', () => {
  const presets = new Map(rows.map(({ name, preset }) => [name, codeOf(preset)]));
  const defaults = readSettings({});
  for (const [name, preset] of presets) {
    if (preset !== undefined) expect([name, readSettings({ [name]: preset })]).toEqual([name, defaults]);
  }
  const texts = Object.values({ ...defaults, ...defaults.redis }).filter(
    (value) => typeof value === 'string',
  );
  expect([...presets.values()]).toEqual(expect.arrayContaining([...texts, DEFAULT_RETRY_SCHEDULE]));
});

test('the bounds that it says hold: both ends are taken, and nothing beyond; every number has them, and a default', () => {
  for (const { name, bounds, preset } of rows) {
    const [, least, most] = /^`(\w+)` to `(\w+)`$/.exec(bounds) ?? [];
    const isNumber = /a (whole number|duration|size) from/.test(refusalOf({ [name]: '-' }));
    expect([name, most !== undefined]).toEqual([name, isNumber]);
    if (least === undefined || most === undefined) continue;
    // Of the budget it is that of Redis itself.
    expect([name, codeOf(preset) !== undefined]).toEqual([name, name !== 'HOOKLANE_REDIS_BUDGET']);
    for (const end of [least, most]) expect([name, refusalOf({ [name]: end })]).toEqual([name, '']);
    for (const beyond of [moved(least, -1), moved(most, 1)])
      expect([name, beyond, refusalOf({ [name]: beyond })]).toEqual([
        name,
        beyond,
        expect.stringContaining(name),
      ]);
  }
});

test('it says which may come from a file', () => {
  for (const { name, fromFile } of rows) {
    const refusal = refusalOf({ [`${name}_FILE`]: '/nowhere/to/be/found' });
    expect([name, fromFile]).toEqual([name, refusal.includes(`${name}_FILE`) ? 'yes' : 'no']);
  }
});
