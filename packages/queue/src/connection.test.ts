import { afterEach, expect, jest, test } from '@jest/globals';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { Redis } from 'ioredis';
import type { LaneWake } from '@hooklane/core';
import { connectQueues } from './connection.ts';
import { openEventQueue } from './event-queue.ts';
import { runEventWorker } from './run-workers.ts';
import { openWakes } from './wakes.ts';
import { anEvent } from '../fixtures/samples.ts';

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function someRedis(...args: string[]): Promise<TestRedis> {
  const redis = await startRedis({ aof: true, args });
  ends.push(() => redis.stop());
  return redis;
}

/** Sends commands as an administrator would. */
function adminOf(redis: TestRedis): Redis {
  const client = new Redis(redis.url);
  ends.push(() => client.quit());
  return client;
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

test('user, password and database number of the URL are used', async () => {
  const redis = await someRedis();
  const admin = adminOf(redis);
  await admin.acl('SETUSER', 'ann', 'on', '>s3cret', '~*', '&*', '+@all');
  const connection = connectQueues({
    redis: `redis://ann:s3cret@127.0.0.1:${redis.port}/3`,
    role: 'producer',
    shard: 7,
  });
  await openEventQueue(connection).add([anEvent('e1')]);
  await connection.close();
  await admin.select(3);
  expect(await admin.keys('{h7}:bull:events:wait')).toHaveLength(1);
});

test('an address that is no Redis URL is refused, and the message does not repeat it', () => {
  const address = 'http://ann:s3cret@127.0.0.1:6379';
  expect(() => connectQueues({ redis: address, role: 'producer' })).toThrow(/redis:\/\/127\.0\.0\.1:6379/);
  expect(() => connectQueues({ redis: address, role: 'producer' })).not.toThrow(/s3cret/);
});

test.each(['producer', 'worker'] as const)(
  'without Redis a write of a %s fails in time, says why and hides the password',
  async (role) => {
    const errors: Error[] = [];
    const { port, ...gone } = await startRedis();
    await gone.stop();
    const redisUrl = `redis://ann:s3cret@127.0.0.1:${port}`;
    const connection = connectQueues({ redis: redisUrl, role, onError: (error) => errors.push(error) });
    const start = performance.now();
    const failure = await failureOf(openEventQueue(connection).add([anEvent('e1')]));
    expect(performance.now() - start).toBeLessThan(role === 'producer' ? 4000 : 12_000);
    expect(failure).toMatchObject({ code: 'redis_unavailable' });
    expect(String(failure)).toContain(`127.0.0.1:${port}`);
    expect(String(failure)).toContain('ECONNREFUSED');
    expect(String(failure)).not.toContain('s3cret');
    expect(errors.length).toBeGreaterThan(0);
    await connection.close();
  },
);

test('a wrong password is named as the reason', async () => {
  const redis = await someRedis();
  await adminOf(redis).config('SET', 'requirepass', 'right');
  const connection = connectQueues({ redis: `redis://:wrong@127.0.0.1:${redis.port}`, role: 'producer' });
  const failure = await failureOf(openEventQueue(connection).add([anEvent('e1')]));
  expect(failure).toMatchObject({ code: 'redis_unavailable' });
  expect(String(failure)).toContain('WRONGPASS');
  await connection.close();
});

test('commands still work after Redis forgot its scripts', async () => {
  const redis = await someRedis();
  const admin = adminOf(redis);
  const connection = connectQueues({ redis: redis.url, role: 'producer' });
  const lanes = (count: number): LaneWake[] =>
    Array.from({ length: count }, (_, i) => ({ webhookId: `w${i}`, pool: 'lanes', at: 0 }));
  await openEventQueue(connection).add([anEvent('e1')]);
  await openWakes(connection).wake(lanes(3));
  await admin.script('FLUSH');
  await openEventQueue(connection).add([anEvent('e2')]);
  await openWakes(connection).wake(lanes(3));
  expect(await connection.queue('events').getWaitingCount()).toBe(2);
  expect(await connection.queue('lanes').getWaitingCount()).toBe(6);
  await connection.close();
});

test('nothing is ever written to the console: not for a lost Redis, nor for its eviction policy', async () => {
  const spies = (['log', 'warn', 'error', 'info'] as const).map((name) => jest.spyOn(console, name));
  const redis = await someRedis('--maxmemory-policy', 'allkeys-lru');
  const connection = connectQueues({ redis: redis.url, role: 'worker' });
  const seen = new Set<string>();
  const handle = async ([event]: { id: string }[]): Promise<void> => void seen.add(event?.id ?? '');
  const worker = runEventWorker(connection, { concurrency: 1, handle });
  const queue = openEventQueue(connection);
  await queue.add([anEvent('e1')]);
  await redis.kill9();
  await redis.restart();
  await queue.add([anEvent('e2')]);
  await eventually(() => {
    expect(seen).toEqual(new Set(['e1', 'e2']));
  });
  await redis.kill9();
  await worker.close(0);
  await connection.close();
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
});
