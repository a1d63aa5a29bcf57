import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { connectQueues } from './connection.ts';
import type { QueueConnection } from './connection.ts';
import { ensureSchedulers, runHousekeeping } from './run-housekeeping.ts';
import type { Housekeeping } from './run-housekeeping.ts';
import type { RunningWorker } from './run-jobs.ts';

let redis: TestRedis;
let client: Redis;
const open: { connection: QueueConnection; worker: RunningWorker }[] = [];
const errors: string[] = [];

beforeAll(async () => {
  redis = await startRedis();
  client = new Redis(redis.url);
});
afterAll(async () => {
  await client.quit();
  await redis.stop();
});
afterEach(async () => {
  await Promise.all(open.map(({ worker }) => worker.close(0)));
  await Promise.all(open.splice(0).map(({ connection }) => connection.close()));
  errors.length = 0;
  await redis.flush();
});

function housekeeper(rounds: Partial<Housekeeping>): QueueConnection {
  const onError = (error: Error): void => void errors.push(error.message);
  const connection = connectQueues({ redis: redis.url, role: 'worker', onError });
  const worker = runHousekeeping(connection, { sweep: async () => {}, prune: async () => {}, ...rounds });
  open.push({ connection, worker });
  return connection;
}

test('three workers sweep once per 5 s together, and the first sweep comes at once', async () => {
  let sweeps = 0;
  let prunes = 0;
  const start = performance.now();
  for (let i = 0; i < 3; i += 1) {
    housekeeper({ sweep: async () => void (sweeps += 1), prune: async () => void (prunes += 1) });
  }
  await eventually(
    () => {
      expect(Math.min(sweeps, prunes)).toBe(1);
    },
    { timeoutMs: 4000 },
  );
  await sleep(12_500 - (performance.now() - start));
  expect(sweeps).toBeGreaterThanOrEqual(2);
  expect(sweeps).toBeLessThanOrEqual(4);
  expect(prunes).toBeLessThanOrEqual(2);
});

test('the schedules come back when all keys vanish', async () => {
  let sweeps = 0;
  housekeeper({ sweep: async () => void (sweeps += 1), checkEveryMs: 300 });
  await eventually(() => {
    expect(sweeps).toBe(1);
  });
  await redis.flush();
  await eventually(
    () => {
      expect(sweeps).toBe(2);
    },
    { timeoutMs: 4000 },
  );
});

test('a check that finds all in order changes nothing', async () => {
  const connection = connectQueues({ redis: redis.url, role: 'worker' });
  await ensureSchedulers(connection);
  const queue = connection.queue('housekeeping');
  const before = await queue.getJobSchedulers();
  expect(before.map(({ key, every }) => [key, every])).toEqual(
    expect.arrayContaining([
      ['sweep', 5000],
      ['prune', 60_000],
    ]),
  );
  const ids = async (): Promise<unknown> => (await queue.getJobs()).map((job) => [job.id, job.timestamp]);
  const jobs = await ids();
  await ensureSchedulers(connection);
  expect(await queue.getJobSchedulers()).toEqual(before);
  expect(await ids()).toEqual(jobs);
  await connection.close();
});

test('a schedule that has come to a halt, or has another interval, is set up anew', async () => {
  const connection = connectQueues({ redis: redis.url, role: 'worker' });
  await ensureSchedulers(connection);
  const queue = connection.queue('housekeeping');
  await client.zadd('{h0}:bull:housekeeping:repeat', Date.now() - 60_000, 'sweep');
  await queue.upsertJobScheduler('prune', { every: 1000 }, { name: 'prune', data: { task: 'prune' } });
  await ensureSchedulers(connection);
  expect((await queue.getJobScheduler('sweep'))?.next).toBeGreaterThan(Date.now() - 5000);
  expect((await queue.getJobScheduler('prune'))?.every).toBe(60_000);
  await connection.close();
});

test('a schedule that a worker with a clock an hour ahead has made is made anew', async () => {
  const connection = connectQueues({ redis: redis.url, role: 'worker' });
  const queue = connection.queue('housekeeping');
  await queue.removeJobScheduler('sweep');
  const startDate = Date.now() + 3_600_000;
  await queue.upsertJobScheduler(
    'sweep',
    { every: 5000, startDate },
    { name: 'sweep', data: { task: 'sweep' } },
  );
  expect((await queue.getJobScheduler('sweep'))?.next).toBeGreaterThanOrEqual(startDate);
  await ensureSchedulers(connection);
  expect((await queue.getJobScheduler('sweep'))?.next).toBeLessThan(Date.now() + 6000);
  await connection.close();
});

test("BullMQ's event streams stay bounded, also after all keys vanished", async () => {
  housekeeper({ checkEveryMs: 300 });
  const bound = (): Promise<string | null> => client.hget('{h0}:bull:lanes:meta', 'opts.maxLenEvents');
  await eventually(async () => {
    expect(await bound()).toBe('1000');
  });
  await redis.flush();
  await eventually(async () => {
    expect(await bound()).toBe('1000');
  });
});

test('a round that fails is reported, and the next one comes', async () => {
  let sweeps = 0;
  housekeeper({
    sweep: async () => {
      sweeps += 1;
      throw new Error('the store is away');
    },
  });
  await eventually(
    () => {
      expect(sweeps).toBe(2);
    },
    { timeoutMs: 8000 },
  );
  expect(errors).toContain('the store is away');
});
