import { describe, expect, test } from '@jest/globals';
import { BodyCache, ENTRY_BYTES } from './body-cache.ts';

const bytes = (length: number, fill = 1): Buffer => Buffer.alloc(length, fill);

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
    const cache = new BodyCache(2 * ENTRY_BYTES + 10);
    for (const [i, id] of ['a', 'b', 'c'].entries()) cache.set(id, i, bytes(4));
    expect([cache.get('a', 0), cache.get('b', 1)?.length, cache.get('c', 2)?.length]).toEqual([
      undefined,
      4,
      4,
    ]);
    // The same once more takes no more room.
    for (let i = 0; i < 5; i++) cache.set('c', 2, bytes(4));
    expect(cache.get('b', 1)).toBeDefined();
    cache.set('d', 3, bytes(2 * ENTRY_BYTES + 11));
    expect(['b', 'c', 'd'].map((id, i) => cache.get(id, i + 1))).toEqual([undefined, undefined, undefined]);
    cache.set('e', 4, bytes(ENTRY_BYTES + 10));
    expect(cache.get('e', 4)?.length).toBe(ENTRY_BYTES + 10);
  });

  test('goes on after it was emptied; what was set again is the youngest', () => {
    const cache = new BodyCache(2 * ENTRY_BYTES);
    const isKept = (...ids: string[]) => ids.map((id) => cache.get(id, 1) !== undefined);
    cache.set('huge', 1, bytes(2 * ENTRY_BYTES));
    for (const id of ['a', 'b', 'a', 'c']) cache.set(id, 1, bytes(0));
    expect(isKept('huge', 'a', 'b', 'c')).toEqual([false, true, false, true]);
    for (const id of ['c', 'a', 'd']) cache.set(id, 1, bytes(0));
    expect(isKept('a', 'c', 'd')).toEqual([true, false, true]);
  });

  test('counts what an entry takes beside its body: tiny bodies are bounded in number', () => {
    const cache = new BodyCache(100 * ENTRY_BYTES);
    for (let i = 0; i < 1000; i++) cache.set(`evt_${i}`, i, bytes(0));
    const kept = Array.from({ length: 1000 }, (_, i) => cache.get(`evt_${i}`, i)).filter(Boolean);
    expect(kept).toHaveLength(100);
  });

  test('keeps nothing but the bytes of the body, whatever it was a part of', () => {
    const cache = new BodyCache();
    const pooled = Buffer.from('größe');
    expect(pooled.buffer.byteLength).toBeGreaterThan(7);
    const parts = { text: 'größe', pooled, view: Buffer.alloc(100_000, 'größe').subarray(0, 7) };
    for (const [id, body] of Object.entries(parts)) {
      const kept = cache.set(id, 1, body);
      expect(Buffer.from(kept).toString()).toBe('größe');
      expect(cache.get(id, 1)).toBe(kept);
      expect(kept.buffer.byteLength).toBe(7);
    }
  });

  test('does not follow when the bytes that it was given change', () => {
    const cache = new BodyCache();
    const body = bytes(3);
    cache.set('evt_1', 5, body);
    body.fill(9);
    expect(cache.get('evt_1', 5)).toEqual(bytes(3));
  });
});
