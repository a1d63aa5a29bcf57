import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from './parse-json.ts';

function problemOf(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The text was read.');
}

describe('where a text breaks', () => {
  test.each([
    ['{"a":1,}', 'at position 7 of 8'],
    ['{"a":1', 'ends too early, after 6'],
    ['', 'ends too early, after 0'],
    ['{a:1}', 'at position 1 of 5'],
    ['{"a":undefined}', 'at position 5 of 15'],
    ['[1,2 3]', 'at position 5 of 7'],
    ['nul', 'ends too early'],
    ['nulp', 'at position 3 of 4'],
    ['{}x', 'at position 2 of 3'],
    ['{"a":"\n"}', 'at position 6 of 9'],
    ["{'a':1}", 'at position 1 of 7'],
    ['\uFEFF{}', 'at position 0 of 3'],
  ])('%j: %s', (text, words) => {
    expect(problemOf(text)).toContain(words);
  });

  test('is the place where a stray character stands, however long the text is', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.nat(), (values, seed) => {
        const parts = values.map((value) => JSON.stringify(value));
        const index = seed % parts.length;
        const before = `[${parts
          .slice(0, index)
          .map((part) => `${part},`)
          .join('')}`;
        const text = `${before}\u0001${parts.slice(index).join(',')}]`;
        expect(problemOf(text)).toContain(`at position ${before.length} of`);
      }),
    );
  });
});

test('the problem never shows the text', () => {
  for (const text of ['{"secret": hunter2}', '"hunter2', '{"secret":"hunter2",}', 'hunter2', '{"hunter2"}']) {
    expect(problemOf(text)).not.toContain('hunter');
  }
});
