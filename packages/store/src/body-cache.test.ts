import { describe, expect, test } from '@jest/globals';
import { BodyCache } from './body-cache.ts';

const bytes = (length: number, fill = 1): Uint8Array => new Uint8Array(length).fill(fill);

describe('The cache of bodies', () => {
  test('gives what was kept, for the event of that time only', () => {
    const cache = new BodyCache();
    cache.set('evt_1', 5, bytes(3));
    expect(cache.get('evt_1', 5)).toEqual(bytes(3));
    expect(cache.get('evt_1', 6)).toBeUndefined();
    expect(cache.get('evt_2', 5)).toBeUndefined();
    cache.set('evt_1', 6, bytes(2, 7));
    expect(cache.get('evt_1', 5)).toBeUndefined();
    expect(cache.get('evt_1', 6)).toEqual(bytes(2, 7));
  });

  test('is bounded in bytes; what came first goes first, and what is too large is not kept at all', () => {
    const cache = new BodyCache(10);
    for (const [i, id] of ['a', 'b', 'c'].entries()) cache.set(id, i, bytes(4));
    expect([cache.get('a', 0), cache.get('b', 1)?.length, cache.get('c', 2)?.length]).toEqual([
      undefined,
      4,
      4,
    ]);
    // The same once more takes no more room.
    for (let i = 0; i < 5; i++) cache.set('c', 2, bytes(4));
    expect(cache.get('b', 1)).toBeDefined();
    cache.set('d', 3, bytes(11));
    expect(['b', 'c', 'd'].map((id, i) => cache.get(id, i + 1))).toEqual([undefined, undefined, undefined]);
    cache.set('e', 4, bytes(10));
    expect(cache.get('e', 4)?.length).toBe(10);
  });
});
