import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isNestedDeeper, sliceMember } from './raw-json.ts';

test('what is already compact comes out as it went in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.json(), fc.json(), (key, value, other) => {
      const compact = JSON.stringify(JSON.parse(value));
      fc.pre(key !== 'before "' && key !== 'after');
      const text = String.raw`{"before \"":${other},${JSON.stringify(key)}:${compact},"after":${other}}`;
      expect(sliceMember(text, key)).toBe(compact);
    }),
  );
});

test('the slice means the same as the member, however the text is spaced', () => {
  const space = fc.constantFrom(undefined, 1, 4, '\t', '\n \r');
  const anyObject = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
  fc.assert(
    fc.property(anyObject, space, fc.nat(), (object, indent, pick) => {
      const text = ` \n${JSON.stringify(object, null, indent)}\r\n\t`;
      const parsed = JSON.parse(text) as Record<string, unknown>;
      const keys = Object.keys(parsed);
      const key = keys[pick % Math.max(keys.length, 1)] ?? 'none';
      const slice = sliceMember(text, key);
      if (keys.length === 0) expect(slice).toBeNull();
      else expect(slice).toBe(JSON.stringify(parsed[key]));
    }),
    { numRuns: 500 },
  );
});

test('nothing that JSON.parse and JSON.stringify would change is changed', () => {
  const body = String.raw`{"b":1.0,"2":12345678901234567890,"1":-0.0,"e":1E+2,"u":"\u00e4\/ \u2028","b":[ ]}`;
  expect(sliceMember(`{ "type" : "x", "body" : ${body} }`, 'body')).toBe(body.replace('[ ]', '[]'));
});

test('whitespace goes outside strings only', () => {
  const text = '{"body" :\n{ "a b" : [ 1 ,\t"c  d\\" e" , { } ] ,\r\n"f":  null }\n, "z": 1 }';
  expect(sliceMember(text, 'body')).toBe('{"a b":[1,"c  d\\" e",{}],"f":null}');
});

test.each([
  ['a text', '"x"'],
  ['an empty text', '""'],
  ['a text that ends in a backslash', String.raw`"x\\"`],
  ['a text full of brackets', String.raw`"}],{\"body\":1"`],
  ['a number', '-1.50e+7'],
  ['true', 'true'],
  ['null', 'null'],
  ['an empty object', '{}'],
  ['an empty list', '[]'],
])('a member may be %s, first, last or alone', (_what, value) => {
  for (const text of [`{"body":${value}}`, `{"body": ${value} ,"x":1}`, `{"x":[{}],"body":${value}\n}`]) {
    expect(sliceMember(text, 'body')).toBe(value);
  }
});

test('of equal keys the last one wins, also when one is written with escapes', () => {
  const text = String.raw`{"body":1,"x":0,"bo\u0064y":2,"y":0}`;
  expect(sliceMember(text, 'body')).toBe(JSON.stringify((JSON.parse(text) as { body: number }).body));
});

test('a member of that name deeper inside, or as a text, is not the member', () => {
  expect(sliceMember('{"x":{"body":1},"y":["body",{"body":2}],"z":"body"}', 'body')).toBeNull();
});

test.each(['[]', '[{"body":1}]', '"body"', '1', 'null', ' {} ', '{"bod":1,"bodyy":2}'])(
  '%s has no such member',
  (text) => {
    expect(sliceMember(text, 'body')).toBeNull();
  },
);

test('names of the prototype are members like others', () => {
  expect(sliceMember('{"__proto__":{"a":1}}', '__proto__')).toBe('{"a":1}');
  expect(sliceMember('{}', 'constructor')).toBeNull();
});

test.each([
  ['deep nesting', '['.repeat(500_000) + ']'.repeat(500_000)],
  ['a long run of backslashes', JSON.stringify('\\'.repeat(500_000))],
  ['many escaped quotes', JSON.stringify('"'.repeat(500_000))],
  ['much whitespace', `[${' '.repeat(1_000_000)}]`],
  ['whitespace between all', `[${'1 , '.repeat(250_000)}1]`],
])('%s takes linear time', (_what, value) => {
  const start = performance.now();
  const slice = sliceMember(`{"body":${value}}`, 'body');
  // Quadratic time would be minutes; linear is some milliseconds.
  expect(performance.now() - start).toBeLessThan(12_000);
  expect(slice?.startsWith(value.slice(0, 2).trim())).toBe(true);
});

test('the depth is that of the value, whatever its strings hold', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
  const values = fc.jsonValue({
    maxDepth: 6,
    stringUnit: fc.constantFrom('{', '[', ']', '}', '"', '\\', 'x'),
  });
  fc.assert(
    fc.property(values, fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const depth = depthOf(value);
      expect(isNestedDeeper(text, depth)).toBe(false);
      if (depth > 0) expect(isNestedDeeper(text, depth - 1)).toBe(true);
    }),
  );
});

test('a megabyte of brackets is looked through without recursion', () => {
  const half = 500_000;
  const text = '['.repeat(half) + ']'.repeat(half);
  expect([isNestedDeeper(text, half), isNestedDeeper(text, half - 1)]).toEqual([false, true]);
});
