import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Delivery } from '@hooklane/core';
import type { FoundDelivery, Place, RankedPage } from '../search.ts';
import { mergePages, placeOn, readCommonCursor, writeCommonCursor } from './merge-pages.ts';
import type { CommonPlace } from './merge-pages.ts';

/** What a shard has, as it would tell it: by score, then in an order of its own. */
function listOf(shard: number, scores: readonly number[]): FoundDelivery[] {
  return scores
    .map((score, i) => ({
      score,
      delivery: { eventId: `e${shard}-${i}`, webhookId: `w${shard}` } as Delivery,
    }))
    .toSorted((a, b) => b.score - a.score);
}

/** A page as a shard gives it; `searched` is how far it came before its time was over. */
function pageOf(
  list: readonly FoundDelivery[],
  from: Place | null,
  limit: number,
  searched: number,
): RankedPage {
  let start = 0;
  if (from !== null && from.event !== '') {
    start = list.findIndex(({ delivery }) => delivery.eventId === from.event) + 1;
  } else if (from !== null) {
    const first = list.findIndex(({ score }) => score <= from.score);
    start = first === -1 ? list.length : first;
  }
  const found = list.slice(start, start + Math.min(limit, searched));
  const end = start + found.length;
  const last = list[end - 1];
  if (end >= list.length) return { found, next: null };
  if (last === undefined) return { found, next: { score: list[0]!.score, event: '', webhook: '' } };
  return {
    found,
    next: { score: last.score, event: last.delivery.eventId, webhook: last.delivery.webhookId },
  };
}

test('page after page, all of all shards comes exactly once and in order, whatever each had time for', () => {
  const scores = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 15 });
  fc.assert(
    fc.property(
      fc.array(scores, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
      (all, limit, times) => {
        const lists = all.map((one, shard) => listOf(shard, one));
        const seen: Delivery[] = [];
        let at: CommonPlace | null = null;
        let turn = 0;
        let rounds = 0;
        do {
          const before: CommonPlace | null = at;
          rounds += 1;
          const pages = lists.map((list, shard) => ({
            shard,
            page: pageOf(list, placeOn(shard, before), limit, times[turn++ % times.length]!),
          }));
          const { items, next } = mergePages(pages, limit);
          expect(items.length).toBeLessThanOrEqual(limit);
          seen.push(...items);
          const text = writeCommonCursor('t', next);
          at = text === null ? null : readCommonCursor('t', text, lists.length);
          expect(at).toEqual(next);
        } while (at !== null && rounds < 1000);
        const scoreOf = new Map(lists.flat().map(({ delivery, score }) => [delivery.eventId, score]));
        expect(seen.map(({ eventId }) => eventId).toSorted()).toEqual([...scoreOf.keys()].toSorted());
        const told = seen.map(({ eventId }) => scoreOf.get(eventId)!);
        expect(told).toEqual(told.toSorted((a, b) => b - a));
      },
    ),
  );
});

test('what is no cursor of this list is told apart, and nothing else happens', () => {
  const place: CommonPlace = { score: 5, event: 'e', webhook: 'w', shard: 1 };
  const text = writeCommonCursor('se', place)!;
  expect(readCommonCursor('se', text, 2)).toEqual(place);
  expect(readCommonCursor('sd', text, 2)).toBeNull();
  expect(readCommonCursor('se', text, 1)).toBeNull();
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const bad of [
    ['se', '5', 'e', 'w', 1],
    ['se', 5, 1, 'w', 1],
    ['se', 5, 'e', null, 1],
    ['se', 5, 'e', 'w', 0.5],
    ['se', 5, 'e', 'w', -1],
    ['se', 5, 'e', 'w', 1, 1],
    ['se', null, 'e', 'w', 1],
    { 0: 'se' },
    null,
  ]) {
    expect(readCommonCursor('se', encode(bad), 2)).toBeNull();
  }
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((json) => Buffer.from(json).toString('base64url')),
      ),
      (any) => {
        expect(readCommonCursor('se', any, 4)).toBeNull();
      },
    ),
  );
});
