import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { createClient } from '@redis/client';
import { Redis } from 'ioredis';
import type { Claim, Dedupe, DedupeTimes } from './dedupe.ts';
import { createMemoryDedupe } from './memory-dedupe.ts';
import { createRedisDedupe } from './redis-dedupe.ts';

let redis: TestRedis;
let ioredis: Redis;
let nodeRedis: ReturnType<typeof createClient>;
let clock = 1_760_000_000_000;

beforeAll(async () => {
  redis = await startRedis();
  ioredis = new Redis(redis.url);
  nodeRedis = createClient({ url: redis.url });
  await nodeRedis.connect();
});
afterEach(() => redis.flush());
afterAll(async () => {
  ioredis?.disconnect();
  nodeRedis?.destroy();
  await redis?.stop();
});

interface Kind {
  name: string;
  open: (times: DedupeTimes) => Dedupe;
  pass: (ms: number) => Promise<unknown>;
}

const kinds: Kind[] = [
  {
    name: 'memory',
    open: (times) => createMemoryDedupe({ ...times, now: () => clock }),
    pass: async (ms) => {
      clock += ms;
    },
  },
  {
    name: 'Redis by ioredis',
    open: (times) => createRedisDedupe({ ...times, send: ([name, ...args]) => ioredis.call(name, ...args) }),
    pass: (ms) => sleep(ms + 20),
  },
  {
    name: 'Redis by node-redis',
    open: (times) => createRedisDedupe({ ...times, send: (command) => nodeRedis.sendCommand(command) }),
    pass: (ms) => sleep(ms + 20),
  },
];

async function first(dedupe: Dedupe, id: string): Promise<Extract<Claim, { is: 'first' }>> {
  const claim = await dedupe.claim(id);
  if (claim.is !== 'first') throw new Error(`The claim of ${id} is ${claim.is}.`);
  return claim;
}

describe.each(kinds)('$name', ({ open, pass }) => {
  test('what is done is a repeat, and nothing else is', async () => {
    const dedupe = open({});
    await (await first(dedupe, 'evt_1')).done();
    expect(await dedupe.claim('evt_1')).toEqual({ is: 'repeat' });
    expect(await dedupe.claim('evt_1')).toEqual({ is: 'repeat' });
    expect((await dedupe.claim('evt_2')).is).toBe('first');
  });

  test('while one is at work another is told when to come again', async () => {
    const dedupe = open({ claimMs: 4500 });
    const claims = await Promise.all([1, 2, 3].map(() => dedupe.claim('evt_1')));
    expect(claims.map(({ is }) => is).toSorted()).toEqual(['busy', 'busy', 'first']);
    expect(claims).toContainEqual({ is: 'busy', retryAfterSec: 5 });
  });

  test('work that failed may be done again', async () => {
    const dedupe = open({});
    await (await first(dedupe, 'evt_1')).release();
    await (await first(dedupe, 'evt_1')).done();
    expect((await dedupe.claim('evt_1')).is).toBe('repeat');
  });

  test('the claim of a process that died lapses', async () => {
    const dedupe = open({ claimMs: 100 });
    await first(dedupe, 'evt_1');
    await pass(100);
    expect((await dedupe.claim('evt_1')).is).toBe('first');
  });

  test('a slow one that fails late does not end the claim of the next', async () => {
    const dedupe = open({ claimMs: 100 });
    const slow = await first(dedupe, 'evt_1');
    await pass(100);
    const patient = open === kinds[0]?.open ? dedupe : open({ claimMs: 60_000 });
    const next = await first(patient, 'evt_1');
    await slow.release();
    expect((await patient.claim('evt_1')).is).toBe('busy');
    await next.done();
    await slow.release();
    expect((await patient.claim('evt_1')).is).toBe('repeat');
  });

  test('a slow one that succeeds late has done the work, whatever the next says', async () => {
    const dedupe = open({ claimMs: 100 });
    const slow = await first(dedupe, 'evt_1');
    await pass(100);
    const next = await first(dedupe, 'evt_1');
    await slow.done();
    await next.release();
    expect((await dedupe.claim('evt_1')).is).toBe('repeat');
  });

  test('an id is forgotten after its time, or at once when asked', async () => {
    const dedupe = open({ ttlMs: 100 });
    await (await first(dedupe, 'evt_1')).done();
    await pass(100);
    await (await first(dedupe, 'evt_1')).done();
    await dedupe.forget('evt_1');
    expect((await dedupe.claim('evt_1')).is).toBe('first');
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('a time of %p ms is refused', (time) => {
    expect(() => open({ ttlMs: time })).toThrow(TypeError);
    expect(() => open({ claimMs: time })).toThrow(TypeError);
  });
});

test('memory keeps no more ids than its bound: the oldest makes room', async () => {
  const dedupe = createMemoryDedupe({ maxIds: 3 });
  for (const id of ['a', 'b', 'c', 'd']) await (await first(dedupe, id)).done();
  const states = [];
  for (const id of ['b', 'c', 'd']) states.push((await dedupe.claim(id)).is);
  expect(states).toEqual(['repeat', 'repeat', 'repeat']);
  expect((await dedupe.claim('a')).is).toBe('first');
  expect(() => createMemoryDedupe({ maxIds: 0 })).toThrow(TypeError);
});

test('memory counts the age of an id from when it was last done', async () => {
  let now = 0;
  const dedupe = createMemoryDedupe({ maxIds: 3, claimMs: 10, now: () => now });
  const slow = await first(dedupe, 'a');
  now = 10;
  const next = await first(dedupe, 'a');
  await slow.done();
  await (await first(dedupe, 'b')).done();
  await next.done();
  for (const id of ['c', 'd']) await (await first(dedupe, id)).done();
  expect((await dedupe.claim('a')).is).toBe('repeat');
  expect((await dedupe.claim('b')).is).toBe('first');
});

test('memory takes no more claims at a time than its bound, and never gives one away', async () => {
  const dedupe = createMemoryDedupe({ maxIds: 2 });
  await first(dedupe, 'a');
  const b = await first(dedupe, 'b');
  expect((await dedupe.claim('c')).is).toBe('busy');
  await b.release();
  expect((await dedupe.claim('c')).is).toBe('first');
  expect((await dedupe.claim('a')).is).toBe('busy');
});

test('Redis keeps one key per id, under the prefix, with an end', async () => {
  const dedupe = createRedisDedupe({
    send: (command) => nodeRedis.sendCommand(command),
    prefix: 'mine:',
    claimMs: 60_000,
  });
  const claim = await first(dedupe, 'evt_1');
  expect(await ioredis.keys('*')).toEqual(['mine:evt_1']);
  expect(await ioredis.pttl('mine:evt_1')).toBeGreaterThan(0);
  await claim.done();
  const left = await ioredis.pttl('mine:evt_1');
  expect(left).toBeGreaterThan(95 * 3_600_000);
  expect(left).toBeLessThanOrEqual(96 * 3_600_000);
});

test('a store that is away rejects, so that the answer can be 500', async () => {
  const dedupe = createRedisDedupe({ send: () => Promise.reject(new Error('away')) });
  await expect(dedupe.claim('evt_1')).rejects.toThrow('away');
});
