import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ERROR_CATALOGUE } from './errors.ts';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const documented = new Map(
  [...page.matchAll(/^\| `(\w+)`\s+\| (\d{3})\s+\|/gm)].map(([, code, status]) => [code, Number(status)]),
);

describe('docs/errors.md', () => {
  test('lists every code of the catalogue, and none that is dead', () => {
    expect(new Set(documented.keys())).toEqual(new Set(Object.keys(ERROR_CATALOGUE)));
  });

  test('says the status of every code', () => {
    for (const [code, { status }] of Object.entries(ERROR_CATALOGUE))
      expect([code, documented.get(code)]).toEqual([code, status]);
  });
});
