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

  test('and say the place of an event themselves, until one of its millisecond does not grow', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), fc.nat(20), (own, perMs) => {
        let calls = 0;
        const { tick, newId, placeOf } = eventSources({ now: () => Math.floor(calls++ / (perMs + 1)) + 1 });
        const events = own.map((bringsId, i) => {
          const made = tick();
          // Ids of callers stand in no order.
          const id = bringsId ? `own-${(i * 7919) % 101}` : newId(made.acceptedAt);
          return { place: made.acceptedAt - 1 + placeOf(made, id) / 4096, id };
        });
        // As a sorted set of Redis: by score, and by the bytes of the member where scores are equal.
        const sorted = events.toSorted(
          (a, b) => a.place - b.place || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
        );
        expect(sorted).toEqual(events);
        if (!own.includes(true)) expect(events.every(({ place }) => Number.isInteger(place))).toBe(true);
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
