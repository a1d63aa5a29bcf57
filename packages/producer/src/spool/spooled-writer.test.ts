/** A producer with a spool, and a Redis that goes away. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectQueues, runEventWorker } from '@hooklane/queue';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { emitUntilSafe } from '../../fixtures/emit-until-safe.ts';
import { createProducer } from '../producer.ts';
import type { Producer, ProducerOptions } from '../producer.ts';

const MAX_EMIT_MS = 5000;
const event = {
  account: 'jdoe',
  type: 'build.started',
  body: { app_name: 'shop', build_num: '7', status: 'Queued' },
} as const;

const producers: Producer[] = [];
let redis: TestRedis;
let dir: string;

beforeAll(async () => {
  // With `everysec` Redis may hold back writes for up to 2 s while the disk is busy; that is not what is tested.
  redis = await startRedis({ aof: true, args: ['--appendfsync', 'always'] });
});
afterAll(() => redis.stop());
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hooklane-spool-'));
});
afterEach(async () => {
  await redis.resume();
  await Promise.all(producers.splice(0).map((producer) => producer.close()));
  await redis.restart();
  await redis.flush();
  rmSync(dir, { recursive: true, force: true });
});

function producerOf(options: Partial<ProducerOptions> = {}): Producer {
  const producer = createProducer({ redis: redis.url, spool: { dir }, ...options });
  producers.push(producer);
  return producer;
}

interface Timed {
  id: string;
  spooled?: true;
  ms: number;
}

async function timedEmit(producer: Producer, id?: string): Promise<Timed> {
  const start = performance.now();
  const emitted = await emitUntilSafe(producer, { ...event, id });
  return { ...emitted, ms: performance.now() - start };
}

async function emitInTurn(producer: Producer, count: number): Promise<Timed[]> {
  const all: Timed[] = [];
  for (let i = 0; i < count; i += 1) all.push(await timedEmit(producer));
  return all;
}

/** Waits until the spool is empty, and what is emitted goes to Redis again. */
function untilEmpty(producer: Producer): Promise<void> {
  const goesToRedis = async (): Promise<void> =>
    expect(await emitUntilSafe(producer, event)).not.toHaveProperty('spooled');
  return eventually(goesToRedis, { timeoutMs: 20_000 });
}

const idsOf = (emitted: readonly { id: string }[]): string[] => emitted.map(({ id }) => id);
const slowest = (emitted: readonly Timed[]): number => Math.max(...emitted.map(({ ms }) => ms));
const segments = (): string[] => readdirSync(dir).filter((file) => file.endsWith('.seg'));

/** What a worker gets of those that `isMine`, the first time of each, until `enough` have come. */
async function received(enough: number, isMine: (id: string) => boolean = () => true): Promise<string[]> {
  const ids = new Set<string>();
  const connection = connectQueues({ redis: redis.url, role: 'worker' });
  const worker = runEventWorker(connection, {
    concurrency: 1,
    handle: async (events) => {
      for (const { id } of events) if (isMine(id)) ids.add(id);
    },
  });
  try {
    await eventually(() => expect(ids.size).toBeGreaterThanOrEqual(enough), { timeoutMs: 20_000 });
  } finally {
    await worker.close(1000);
    await connection.close();
  }
  return [...ids];
}

test('with Redis nothing is spooled, and no file is made', async () => {
  const producer = producerOf();
  const emitted = await Promise.all(Array.from({ length: 200 }, () => producer.emit(event)));
  expect(emitted.some(({ spooled }) => spooled)).toBe(false);
  expect(readdirSync(dir)).toEqual([]);
  expect(await received(200)).toEqual(idsOf(emitted));
});

describe('1,000 emits without Redis return within 1 s each, and all arrive in order when it is back', () => {
  test.each([
    ['stopped', () => redis.kill9(), () => redis.restart()],
    ['paused', () => redis.pause(), () => redis.resume()],
  ])(
    '%s: all at once, and one after the other',
    async (_, goAway, comeBack) => {
      const producer = producerOf();
      const before = await timedEmit(producer);
      await goAway();
      const atOnce = await Promise.all(Array.from({ length: 500 }, () => timedEmit(producer)));
      const inTurn = await emitInTurn(producer, 500);
      const spooled = [...atOnce, ...inTurn];
      expect(spooled.every((each) => each.spooled)).toBe(true);
      expect(slowest(spooled)).toBeLessThan(MAX_EMIT_MS);
      // The first one waits for Redis; from then on nobody does.
      expect(inTurn.map(({ ms }) => ms).sort((a, b) => a - b)[250]).toBeLessThan(600);
      await comeBack();
      expect(await received(1001)).toEqual(idsOf([before, ...spooled]));
      await untilEmpty(producer);
      expect(segments()).toEqual([]);
    },
    60_000,
  );

  test('when it was away at the start', async () => {
    await redis.kill9();
    const producer = producerOf();
    const emitted = await Promise.all(Array.from({ length: 1000 }, () => timedEmit(producer)));
    expect(slowest(emitted)).toBeLessThan(MAX_EMIT_MS);
    await redis.restart();
    expect(await received(1000)).toEqual(idsOf(emitted));
  }, 60_000);
});

test('what is emitted while Redis goes and comes keeps its order, and none is lost', async () => {
  const producer = producerOf();
  const emitted: Promise<Timed>[] = [];
  const over = new AbortController();
  const emitting = (async () => {
    while (!over.signal.aborted) {
      for (let i = 0; i < 5; i += 1) emitted.push(timedEmit(producer));
      await sleep(5);
    }
  })();
  try {
    for (let round = 0; round < 3; round += 1) {
      await sleep(400);
      await (round === 1 ? redis.pause() : redis.kill9());
      await sleep(700);
      await (round === 1 ? redis.resume() : redis.restart());
      await untilEmpty(producer);
    }
  } finally {
    over.abort();
    await emitting;
  }
  const all = await Promise.all(emitted);
  expect(slowest(all)).toBeLessThan(MAX_EMIT_MS);
  expect(all.filter((each) => each.spooled).length).toBeGreaterThan(50);
  const mine = new Set(idsOf(all));
  await producer.close();
  const seen = await received(mine.size, (id) => mine.has(id));
  expect(seen).toEqual(idsOf(all));
}, 120_000);

test('those who emit without a pause do not keep the spool from getting empty', async () => {
  await redis.kill9();
  const producer = producerOf();
  const emitted: Timed[] = [];
  const over = new AbortController();
  const emitters = Array.from({ length: 20 }, async () => {
    while (!over.signal.aborted) emitted.push(await timedEmit(producer));
  });
  await sleep(500);
  await redis.restart();
  await eventually(() => expect(emitted.at(-1)).not.toHaveProperty('spooled'), {
    timeoutMs: 20_000,
  }).finally(() => {
    over.abort();
  });
  await Promise.all(emitters);
  expect(slowest(emitted)).toBeLessThan(MAX_EMIT_MS);
  expect(segments()).toEqual([]);
}, 60_000);

describe('the next process', () => {
  test('replays what the one before could not, before all that it emits itself', async () => {
    await redis.kill9();
    const first = producerOf();
    const left = await Promise.all(Array.from({ length: 100 }, () => timedEmit(first)));
    await first.close();
    expect(segments()).not.toEqual([]);
    await redis.restart();
    const second = producerOf();
    const own = await Promise.all(Array.from({ length: 10 }, () => timedEmit(second)));
    expect(await received(110)).toEqual(idsOf([...left, ...own]));
    await second.close();
    expect(segments()).toEqual([]);
  });

  test('is not needed when Redis is back before the end: close empties the spool', async () => {
    await redis.kill9();
    const producer = producerOf();
    const left = await Promise.all(Array.from({ length: 50 }, () => timedEmit(producer)));
    await redis.restart();
    const start = performance.now();
    await producer.close();
    expect(performance.now() - start).toBeLessThan(12_000);
    if (segments().length > 0) await producerOf().close();
    expect(await received(50)).toEqual(idsOf(left));
  });
});

test('two producers share a folder, each in its own order', async () => {
  await redis.kill9();
  const [one, two] = [producerOf(), producerOf()];
  const emitted = await Promise.all(
    Array.from({ length: 200 }, (_, i) => timedEmit(i % 2 === 0 ? one : two, `${i % 2}-${i}`)),
  );
  await redis.restart();
  const seen = await received(200);
  for (const prefix of ['0-', '1-']) {
    const mine = (id: string): boolean => id.startsWith(prefix);
    expect(seen.filter(mine)).toEqual(idsOf(emitted).filter(mine));
  }
});

test('over the bound an emit fails, says so, and is taken again when Redis is back', async () => {
  await redis.kill9();
  const producer = producerOf({ spool: { dir, maxBytes: 65_536 } });
  const body = { ...event.body, pad: 'x'.repeat(10_000) };
  const answers = await Promise.allSettled(
    Array.from({ length: 10 }, () => producer.emit({ ...event, body })),
  );
  const kept = answers.filter(({ status }) => status === 'fulfilled').length;
  for (let i = kept; i < 6; i += 1) await producer.emit({ ...event, body }).catch(() => {});
  await expect(producer.emit({ ...event, body })).rejects.toMatchObject({ code: 'spool_full' });
  await redis.restart();
  await eventually(() => producer.emit({ ...event, body }));
});

test('close is bounded while Redis stands still', async () => {
  const producer = producerOf();
  await producer.emit(event);
  await redis.pause();
  await producer.emit(event);
  const start = performance.now();
  await producer.close();
  expect(performance.now() - start).toBeLessThan(12_000);
});

test('a process that stands still for a second, or a disk that does, is told that neither has the event yet; emitted again it is safe', async () => {
  await redis.kill9();
  const producer = producerOf();
  const emitting = producer.emit({ ...event, id: 'late' });
  const until = performance.now() + 1500;
  // Both clocks, that of Redis's patience and that of the emit, have run down when the loop goes on.
  setImmediate(() => {
    while (performance.now() < until);
  });
  const told = { code: 'redis_unavailable', message: expect.stringMatching(/late.*The spool in .* either/) };
  await expect(emitting).rejects.toMatchObject(told);
  await producer.emit({ ...event, id: 'late' });
  await producer.emit({ ...event, id: 'next' });
  await redis.restart();
  expect(await received(2)).toEqual(['late', 'next']);
});

test('a folder that cannot be written is told when the producer is made', () => {
  writeFileSync(join(dir, 'file'), '');
  const spool = { dir: join(dir, 'file', 'spool') };
  expect(() => createProducer({ redis: redis.url, spool })).toThrow(
    expect.objectContaining({ code: 'spool_unwritable' }),
  );
});
