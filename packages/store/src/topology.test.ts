import { describe, expect, test } from '@jest/globals';
import { useStore } from '../fixtures/store-bench.ts';

const bench = useStore();

describe('The number of shards in Redis', () => {
  test('is that of the first program; another one is refused and told what to do', async () => {
    const store = bench.openTimed();
    await store.checkShards(3);
    await store.checkShards(3);
    await expect(store.checkShards(4)).rejects.toMatchObject({
      code: 'shards_mismatch',
      message: expect.stringMatching(/Redis keeps 3 shards.*shards --to 4/s),
    });
    await expect(store.checkShards(2)).rejects.toMatchObject({
      code: 'shards_mismatch',
      message: expect.stringContaining('cannot become smaller'),
    });
  });

  test('is one where a version without shards has written', async () => {
    const store = bench.openTimed();
    await store.checkSecretKey();
    await expect(store.checkShards(2)).rejects.toMatchObject({ code: 'shards_mismatch' });
    await store.checkShards(1);
  });

  test('that changes while a program runs is told to it once', async () => {
    const store = bench.openTimed();
    await store.checkShards(2);
    const told = Promise.withResolvers<string>();
    const end = store.watchShards(2, (error) => told.resolve(error.code));
    await bench.raw.hset('{h0}:meta', 'movingTo', '4');
    expect(await told.promise).toBe('shards_mismatch');
    end();
  });
});
