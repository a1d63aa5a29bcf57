import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { shardOf } from '@hooklane/core';
import type { AcceptedEvent } from '@hooklane/core';
import { connectQueues, runEventWorker } from '@hooklane/queue';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { createProducer } from './producer.ts';
import type { Producer, ProducerOptions } from './producer.ts';

const body = { app_name: 'shop', build_num: '7', status: 'Queued' };
const event = { account: 'jdoe', type: 'build.started', body } as const;
const producers: Producer[] = [];
let redis: TestRedis;

beforeAll(async () => {
  redis = await startRedis({ aof: true });
});
afterAll(() => redis.stop());
afterEach(async () => {
  await Promise.all(producers.splice(0).map((producer) => producer.close()));
  await redis.flush();
});

function producerOf(options: Partial<ProducerOptions> = {}): Producer {
  const producer = createProducer({ redis: redis.url, ...options });
  producers.push(producer);
  return producer;
}

/** What a worker gets, until `enough` events have come. */
async function received(enough: number, shard = 0): Promise<AcceptedEvent[][]> {
  const batches: AcceptedEvent[][] = [];
  const connection = connectQueues({ redis: redis.url, role: 'worker', shard });
  const worker = runEventWorker(connection, {
    concurrency: 1,
    handle: async (events) => void batches.push(events),
  });
  try {
    await eventually(() => {
      expect(batches.flat().length).toBeGreaterThanOrEqual(enough);
    });
  } finally {
    await worker.close(1000);
    await connection.close();
  }
  return batches;
}

/** How an emit ended, and after how many ms. */
async function outcomeOf(producer: Producer): Promise<{ code: string; message: string; ms: number }> {
  const start = performance.now();
  const ended = await producer.emit(event).then(
    () => ({ code: 'ok', message: '' }),
    (error: unknown) => error as { code: string; message: string },
  );
  return { code: ended.code, message: ended.message, ms: performance.now() - start };
}

describe('an emitted event', () => {
  test('reaches a worker as it was emitted', async () => {
    const text = '{"app_name":"shop","build_num":7.0,"status":"Queued"}';
    const now = 1_700_000_000_000;
    const producer = producerOf({
      now: () => now,
      newId: () => 'mine-1',
      redis: { url: redis.url },
    });
    expect(await producer.emit({ ...event, body: text, occurredAt: 5 })).toEqual({ id: 'mine-1' });
    expect(await received(1)).toEqual([
      [
        {
          id: 'mine-1',
          type: 'build.started',
          account: 'jdoe',
          scope: { kind: 'application', name: 'shop' },
          acceptedAt: now,
          occurredAt: 5,
          body: text,
        },
      ],
    ]);
  });

  test('gets an id of its own that sorts by time', async () => {
    let now = 1_700_000_000_000;
    const producer = producerOf({ now: () => (now += 1) });
    const ids = (await Promise.all(Array.from({ length: 40 }, () => producer.emit(event)))).map(
      ({ id }) => id,
    );
    expect(ids[0]).toMatch(/^evt_[0-9a-z]{26}$/);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(40);
  });

  test('shares its job with those of the same moment, up to 32', async () => {
    const producer = producerOf();
    const ids = (await Promise.all(Array.from({ length: 100 }, () => producer.emit(event)))).map(
      ({ id }) => id,
    );
    const batches = await received(100);
    expect(batches.map((batch) => batch.length)).toEqual([32, 32, 32, 4]);
    expect(batches.flat().map(({ id }) => id)).toEqual(ids);
  });

  test('that is refused costs the others nothing', async () => {
    const producer = producerOf();
    const refused = { ...event, body: { nothing: true } };
    const answers = await Promise.allSettled([event, refused, event].map((each) => producer.emit(each)));
    expect(answers).toMatchObject([
      { status: 'fulfilled' },
      { reason: { code: 'event_body_mismatch', field: 'body.app_name' } },
      { status: 'fulfilled' },
    ]);
  });

  test('beyond the bound is refused at once', async () => {
    const producer = producerOf({ maxWaiting: { events: 2 } });
    const fitting = [producer.emit(event), producer.emit(event)];
    await expect(producer.emit(event)).rejects.toMatchObject({ code: 'producer_overloaded' });
    await Promise.all(fitting);
  });
});

describe('with several shards', () => {
  test('each event goes to the queue of its account, and those of one account share jobs', async () => {
    const producer = producerOf({ shards: 4 });
    const accounts = Array.from({ length: 12 }, (_, i) => `account-${i}`);
    const emitted = Array.from({ length: 240 }, (_, i) => accounts[i % accounts.length]!);
    await Promise.all(emitted.map((account) => producer.emit({ ...event, account })));
    for (let shard = 0; shard < 4; shard += 1) {
      const mine = emitted.filter((account) => shardOf(account, 4) === shard);
      expect(mine.length).toBeGreaterThan(0);
      const batches = await received(mine.length, shard);
      expect(batches.flat().map(({ account }) => account)).toEqual(mine);
      expect(batches.length).toBeLessThanOrEqual(Math.ceil(mine.length / 32) + 1);
    }
  });

  test('the bound on what waits holds over all of them', async () => {
    const producer = producerOf({ shards: 4, maxWaiting: { events: 3 } });
    const fitting = ['a', 'jdoe', 'team.42'].map((account) => producer.emit({ ...event, account }));
    await expect(producer.emit({ ...event, account: 'acme' })).rejects.toMatchObject({
      code: 'producer_overloaded',
    });
    await Promise.all(fitting);
  });

  test('a number that cannot be is refused', () => {
    for (const shards of [0, 1.5, 257, Number.NaN]) {
      expect(() => createProducer({ redis: redis.url, shards })).toThrow(
        /shards must be a whole number from 1 to 256/,
      );
    }
  });
});

describe('without Redis every emit fails within 1 s and says what to do, and the producer recovers', () => {
  async function expectFailures(producer: Producer, count = 5): Promise<void> {
    for (const { code, message, ms } of await Promise.all(
      Array.from({ length: count }, () => outcomeOf(producer)),
    )) {
      expect(code).toBe('redis_unavailable');
      expect(message).toMatch(/event evt_.*emit it again with this id/s);
      expect(ms).toBeLessThan(4000);
    }
  }

  async function expectRecovery(producer: Producer): Promise<void> {
    await eventually(() => producer.emit(event), { timeoutMs: 5000 });
  }

  test('when it was down at the start', async () => {
    await redis.kill9();
    const producer = producerOf();
    await expectFailures(producer);
    await expectFailures(producer);
    await redis.restart();
    await expectRecovery(producer);
  });

  test('when it goes down later, again and again', async () => {
    const producer = producerOf();
    for (let round = 0; round < 2; round += 1) {
      await producer.emit(event);
      await redis.kill9();
      await expectFailures(producer);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await expectFailures(producer);
      await redis.restart();
      await expectRecovery(producer);
    }
  });

  test('when it stands still, for longer than a connection lives', async () => {
    const producer = producerOf();
    await producer.emit(event);
    await redis.pause();
    for (let second = 0; second < 4; second += 1) await expectFailures(producer, 50);
    await redis.resume();
    await expectRecovery(producer);
  });

  test('when it stands still at the start', async () => {
    await redis.pause();
    const producer = producerOf();
    await expectFailures(producer);
    await redis.resume();
    await expectRecovery(producer);
  });
});

describe('close', () => {
  test('waits for what was emitted, then takes no more; a second close is harmless', async () => {
    const producer = producerOf();
    const emitted = Promise.all(Array.from({ length: 200 }, () => producer.emit(event)));
    await Promise.all([producer.close(), producer.close()]);
    await expect(emitted).resolves.toHaveLength(200);
    await expect(producer.emit(event)).rejects.toMatchObject({ code: 'producer_closed' });
    expect((await received(200)).flat()).toHaveLength(200);
  });

  test('is bounded when Redis is gone', async () => {
    await redis.kill9();
    const producer = producerOf();
    const failing = outcomeOf(producer);
    const start = performance.now();
    await producer.close();
    expect(performance.now() - start).toBeLessThan(8000);
    expect((await failing).code).toBe('redis_unavailable');
    await redis.restart();
  });

  test('is bounded when Redis stands still', async () => {
    const producer = producerOf();
    await producer.emit(event);
    await redis.pause();
    const failing = outcomeOf(producer);
    const start = performance.now();
    await producer.close();
    expect(performance.now() - start).toBeLessThan(8000);
    await redis.resume();
    expect((await failing).code).toBe('redis_unavailable');
  });

  test.each([
    ['with Redis', true, 0],
    ['without Redis', false, 3],
  ])('lets a process end by itself, %s, without a word', async (_, isUp, exitCode) => {
    const other = await startRedis({ aof: true });
    if (!isUp) await other.stop();
    const child = fork(new URL('../fixtures/emit-and-end.ts', import.meta.url), [other.url], {
      execArgv: [],
      silent: true,
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += String(chunk)));
    child.stderr?.on('data', (chunk) => (output += String(chunk)));
    const [code] = (await once(child, 'close')) as [number];
    await other.stop();
    expect({ code, output }).toEqual({ code: exitCode, output: '' });
  });
});

test('an address that is no Redis URL is refused at once', () => {
  expect(() => createProducer({ redis: 'localhost' })).toThrow(/such as redis:\/\/127\.0\.0\.1:6379/);
});

test('nothing is written to the console', async () => {
  const spies = (['log', 'warn', 'error', 'info'] as const).map((name) => jest.spyOn(console, name));
  const producer = producerOf();
  await producer.emit(event);
  await redis.kill9();
  await outcomeOf(producer);
  await redis.restart();
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
});
