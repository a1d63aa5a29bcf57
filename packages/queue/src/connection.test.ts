import { afterEach, expect, jest, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { connectQueues } from './connection.ts';
import { openEventQueue } from './event-queue.ts';
import { runEventWorker } from './run-workers.ts';
import { anEvent } from '../fixtures/samples.ts';
import { freePort, startRedis } from '../fixtures/start-redis.ts';
import type { TestRedis } from '../fixtures/start-redis.ts';

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function redisWith(...args: string[]): Promise<TestRedis> {
  const redis = await startRedis(...args);
  ends.push(() => redis.stop());
  return redis;
}

test('user, password and database number of the URL are used', async () => {
  const redis = await redisWith(
    '--user',
    'ann',
    'on',
    '>s3cret',
    '~*',
    '&*',
    '+@all',
    '--requirepass',
    'other',
  );
  const url = `redis://ann:s3cret@127.0.0.1:${redis.port}/3`;
  const connection = connectQueues({ redisUrl: url, role: 'producer', shard: 7 });
  await openEventQueue(connection).add([anEvent('e1')]);
  await connection.close();
  const client = new Redis(url);
  ends.push(() => client.quit());
  expect(await client.keys('{h7}:bull:events:wait')).toHaveLength(1);
});

test('an address that is no Redis URL is refused, and the message does not repeat it', () => {
  const address = 'http://ann:s3cret@127.0.0.1:6379';
  expect(() => connectQueues({ redisUrl: address, role: 'producer' })).toThrow(/redis:\/\/127\.0\.0\.1:6379/);
  expect(() => connectQueues({ redisUrl: address, role: 'producer' })).not.toThrow(/s3cret/);
});

test.each(['producer', 'worker'] as const)(
  'without Redis a write of a %s fails in time, says why and hides the password',
  async (role) => {
    const errors: Error[] = [];
    const port = await freePort();
    const redisUrl = `redis://ann:s3cret@127.0.0.1:${port}`;
    const connection = connectQueues({ redisUrl, role, onError: (error) => errors.push(error) });
    const start = performance.now();
    const failure = await openEventQueue(connection)
      .add([anEvent('e1')])
      .catch((error: unknown) => error);
    expect(performance.now() - start).toBeLessThan(role === 'producer' ? 1000 : 5500);
    expect(failure).toMatchObject({ code: 'redis_unavailable' });
    expect(String(failure)).toContain(`127.0.0.1:${port}`);
    expect(String(failure)).toContain('ECONNREFUSED');
    expect(String(failure)).not.toContain('s3cret');
    expect(errors.length).toBeGreaterThan(0);
    await connection.close();
  },
);

test('a wrong password is named as the reason', async () => {
  const redis = await redisWith('--requirepass', 'right');
  const connection = connectQueues({ redisUrl: `redis://:wrong@127.0.0.1:${redis.port}`, role: 'producer' });
  const failure = await openEventQueue(connection)
    .add([anEvent('e1')])
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'redis_unavailable' });
  expect(String(failure)).toContain('WRONGPASS');
  await connection.close();
});

test('nothing is ever written to the console: not for a lost Redis, nor for its eviction policy', async () => {
  const spies = (['log', 'warn', 'error', 'info'] as const).map((name) => jest.spyOn(console, name));
  const redis = await redisWith('--maxmemory-policy', 'allkeys-lru');
  const connection = connectQueues({ redisUrl: redis.url, role: 'worker' });
  let handled = 0;
  const worker = runEventWorker(connection, {
    concurrency: 1,
    handle: async () => {
      handled += 1;
    },
  });
  const queue = openEventQueue(connection);
  await queue.add([anEvent('e1')]);
  await redis.restart();
  await queue.add([anEvent('e2')]);
  while (handled < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  await redis.kill9();
  await worker.close(0);
  await connection.close();
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
});
