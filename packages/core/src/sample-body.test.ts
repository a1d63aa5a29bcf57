import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { validateEventBody } from './event-body.ts';
import { EVENT_TYPES, scopeKindOf } from './event.ts';
import { scopeNameProblem } from './names.ts';
import { sampleEventBody } from './sample-body.ts';

function keysDeep(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return Object.entries(value).map(([key, inner]) => [key, keysDeep(inner)]);
}

test.each(EVENT_TYPES)('%s has every documented field, in the documented order', (type) => {
  const documented = readFileSync(new URL(`../fixtures/${type}.json`, import.meta.url), 'utf8');
  expect(keysDeep(sampleEventBody(type, 'jdoe', 'shop'))).toEqual(keysDeep(JSON.parse(documented)));
});

test('a sample is valid without remarks, for every account and scope', () => {
  const scopeName = fc
    .string({ unit: 'binary', minLength: 1 })
    .filter((name) => scopeNameProblem(name) === null);
  fc.assert(
    fc.property(fc.constantFrom(...EVENT_TYPES), scopeName, fc.nat(4_000_000_000), (type, name, seconds) => {
      const body = sampleEventBody(type, 'jdoe', name, seconds * 1000);
      const scope = { kind: scopeKindOf(type), name };
      expect(validateEventBody(type, JSON.parse(JSON.stringify(body)))).toEqual({
        ok: true,
        scope,
        lints: [],
      });
    }),
  );
});

test('its times are real ones', () => {
  const body = sampleEventBody('build.finished', 'jdoe', 'shop', Date.UTC(2026, 0, 2, 3, 4, 5));
  expect(body.create_time).toBe('2026-01-02T03:04:05Z');
  expect(Date.parse(String(body.end_time))).toBeGreaterThan(Date.parse(String(body.start_time)));
});
