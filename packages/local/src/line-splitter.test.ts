import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createLineSplitter } from './line-splitter.ts';

function split(chunks: Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.write(chunk);
  splitter.end();
  return lines;
}

test('lines are the same however the bytes are cut', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ''));
  fc.assert(
    fc.property(fc.array(line), fc.integer({ min: 1, max: 7 }), (lines, size) => {
      const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(''));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      expect(split(chunks)).toEqual(lines);
    }),
  );
});

test('the last line needs no end; a carriage return before the end is dropped', () => {
  expect(split([Buffer.from('one\r\ntwo')])).toEqual(['one', 'two']);
});

test('a line without end is passed on in pieces, not kept', () => {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  for (let i = 0; i < 20; i += 1) splitter.write(Buffer.alloc(100_000, 'x'));
  expect(lines.join('').length).toBeGreaterThan(1_900_000);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(65_536);
});
