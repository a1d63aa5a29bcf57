import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { latencySummary, ratios, summarize } from './statistics.ts';

const rates = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('summarize', () => {
  test('of three rounds in any order the middle one is the median', () => {
    expect(summarize([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 });
  });

  test('of two rounds the median lies between them', () => {
    expect(summarize([10, 20])).toEqual({ median: 15, min: 10, max: 20 });
  });

  test('numbers are ordered as numbers', () => {
    expect(summarize([9, 100, 1000])).toEqual({ median: 100, min: 9, max: 1000 });
  });

  test('as many rounds lie below the median as above it, and none outside min and max', () => {
    fc.assert(
      fc.property(rates, (values) => {
        const { median, min, max } = summarize(values);
        expect(values.every((value) => min <= value && value <= max)).toBe(true);
        const below = values.filter((value) => value < median).length;
        const above = values.filter((value) => value > median).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  test('of nothing there is no median', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });
});

describe('ratios', () => {
  test('are taken round by round', () => {
    expect(ratios([10, 40], [5, 10])).toEqual([2, 4]);
  });

  test('a round that only one of the two rows has is left out', () => {
    expect(ratios([10, 40], [5])).toEqual([2]);
  });
});

describe('latencySummary', () => {
  test('of a hundred values in any order the 99th is p99 and the last the maximum', () => {
    const values = Array.from({ length: 100 }, (_, index) => ((index * 37) % 100) + 1);
    expect(latencySummary(values)).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 });
  });

  test('one value is all of them, and of nothing there is none', () => {
    expect(latencySummary([7])).toEqual({ p50: 7, p95: 7, p99: 7, max: 7 });
    expect(() => latencySummary([])).toThrow(RangeError);
  });
});
