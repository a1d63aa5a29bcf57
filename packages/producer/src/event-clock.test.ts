import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventSources } from './event-clock.ts';

describe('ids of one producer only grow', () => {
  test('within one millisecond', () => {
    const { newId } = eventSources();
    const ids = Array.from({ length: 5000 }, () => newId(1_700_000_000_000));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(5000);
  });

  test('whatever the clock does, and times never go back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2 }), (clock) => {
        let read = 0;
        const { now, newId } = eventSources({ now: () => clock[read++] ?? 0 });
        const times = clock.map(() => now());
        const ids = times.map((time) => newId(time));
        expect(times.toSorted((a, b) => a - b)).toEqual(times);
        expect(ids.toSorted()).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  test('past the carry of two bytes', () => {
    const { newId } = eventSources();
    const ids = Array.from({ length: 70_000 }, () => newId(1));
    for (let i = 1; i < ids.length; i += 1) expect((ids[i] ?? '') > (ids[i - 1] ?? '')).toBe(true);
  });
});

test('a maker of ids of your own is used as it is', () => {
  expect(eventSources({ newId: () => 'mine' }).newId(1)).toBe('mine');
});
