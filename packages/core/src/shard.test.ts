import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_SHARDS, shardOf } from './shard.ts';

const accounts = Array.from({ length: 20_000 }, (_, i) => `account-${i}`);

function countsOf(shards: number, names = accounts): number[] {
  const counts = Array.from({ length: shards }, () => 0);
  for (const name of names) counts[shardOf(name, shards)]! += 1;
  return counts;
}

test('an account stays where it is: these are kept for ever', () => {
  const at = (shards: number) =>
    ['jdoe', 'acme', 'a', 'team.42', 'X'.repeat(64)].map((one) => shardOf(one, shards));
  expect(at(1)).toEqual([0, 0, 0, 0, 0]);
  expect(at(2)).toEqual([0, 1, 0, 0, 0]);
  expect(at(4)).toEqual([3, 1, 3, 0, 2]);
  expect(at(16)).toEqual([15, 9, 13, 6, 2]);
  expect(at(256)).toEqual([234, 99, 173, 141, 153]);
});

test('names of one account that differ in case have one shard', () => {
  for (const name of ['JDoe', 'ACME', 'Team.42']) {
    for (const shards of [2, 7, 256]) expect(shardOf(name, shards)).toBe(shardOf(name.toLowerCase(), shards));
  }
});

test('every account has a shard within the bound', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: MAX_SHARDS }), (name, shards) => {
      const shard = shardOf(name, shards);
      expect(Number.isInteger(shard) && shard >= 0 && shard < shards).toBe(true);
    }),
  );
});

test.each([2, 3, 4, 8, 16])('accounts spread evenly over %i shards', (shards) => {
  const fair = accounts.length / shards;
  // Chance alone makes about a percent.
  for (const count of countsOf(shards)) expect(Math.abs(count / fair - 1)).toBeLessThan(0.1);
});

test('names that hardly differ spread as well', () => {
  const short = Array.from({ length: 26 * 26 }, (_, i) =>
    String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26)),
  );
  for (const count of countsOf(4, short)) expect(count).toBeGreaterThan(short.length / 8);
});

test.each([
  [1, 2],
  [3, 4],
  [4, 6],
  [4, 16],
])('when %i shards become %i, accounts move to new shards alone, and no more than must', (before, after) => {
  const moved = accounts.filter((name) => shardOf(name, before) !== shardOf(name, after));
  expect(moved.filter((name) => shardOf(name, after) < before)).toEqual([]);
  const fair = (after - before) / after;
  expect(Math.abs(moved.length / accounts.length / fair - 1)).toBeLessThan(0.1);
});
