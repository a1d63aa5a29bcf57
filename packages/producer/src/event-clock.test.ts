import { describe, expect, test } from '@jest/globals';
import { MAX_ORDER } from '@hooklane/core';
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
        const { tick, newId } = eventSources({ now: () => clock[read++] ?? 0 });
        const ticks = clock.map(() => tick());
        const ids = ticks.map(({ acceptedAt }) => newId(acceptedAt));
        const places = ticks.map(({ acceptedAt, order }) => acceptedAt + order / 4096);
        expect(places.toSorted((a, b) => a - b)).toEqual(places);
        expect(new Set(places).size).toBe(places.length);
        expect(ids.toSorted()).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  test('a millisecond with more events than places borrows from the next one', () => {
    const { tick } = eventSources({ now: () => 7 });
    const ticks = Array.from({ length: MAX_ORDER + 2 }, () => tick());
    expect(ticks.slice(-2)).toEqual([
      { acceptedAt: 7, order: MAX_ORDER },
      { acceptedAt: 8, order: 0 },
    ]);
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
