/** What a clock that went back leaves behind in BullMQ's keys is put right by the next sweep. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { Redis } from 'ioredis';
import { connectQueues } from './connection.ts';
import type { QueueConnection } from './connection.ts';
import { IntakeGate, closeIntake } from './intake.ts';
import { mendExpiries } from './mend-expiries.ts';
import { runHousekeeping } from './run-housekeeping.ts';

const HOUR_MS = 3_600_000;
const LOCK = '{h0}:bull:events:7:lock';

let redis: TestRedis;
let client: Redis;
let connection: QueueConnection;

beforeAll(async () => {
  redis = await startRedis();
  client = new Redis(redis.url);
  connection = connectQueues({ redis: redis.url, role: 'worker' });
});
afterAll(async () => {
  await connection.close();
  await client.quit();
  await redis.stop();
});
beforeEach(() => redis.flush());

/** As they are when the clock of Redis goes back by an hour right after each was set. */
async function leaveBehind(): Promise<void> {
  await client.rpush('{h0}:bull:events:active', '7');
  await client.set(LOCK, 'the dead', 'PX', HOUR_MS + 15_000);
  for (const queue of ['events', 'lanes', 'redrives'])
    await client.set(`{h0}:bull:${queue}:stalled-check`, '1', 'PX', HOUR_MS + 5000);
  await closeIntake(connection, 'Redis is full.');
  await client.pexpire('{h0}:bull:intake-closed', HOUR_MS + 5000);
}

test('Locks, the look for jobs without a worker, and the closed intake last no longer than they may', async () => {
  await leaveBehind();
  await mendExpiries(connection);
  expect(await client.pttl(LOCK)).toBeLessThanOrEqual(15_000);
  expect(await client.pttl(LOCK)).toBeGreaterThan(10_000);
  for (const queue of ['events', 'lanes', 'redrives'])
    expect(await client.pttl(`{h0}:bull:${queue}:stalled-check`)).toBeLessThanOrEqual(5000);
  await eventually(
    async () => {
      const gate = new IntakeGate(connection);
      await gate.look();
      gate.demandOpen();
    },
    { timeoutMs: 15_000 },
  );
});

test('What has its right time keeps it', async () => {
  await client.rpush('{h0}:bull:events:active', '7');
  await client.set(LOCK, 'a worker', 'PX', 14_000);
  await client.set('{h0}:bull:dead-letters:stalled-check', '1', 'PX', 30_000);
  await mendExpiries(connection);
  expect(await client.pttl(LOCK)).toBeGreaterThan(10_000);
  expect(await client.pttl(LOCK)).toBeLessThanOrEqual(14_000);
  // Who takes dead letters away has times of their own.
  expect(await client.pttl('{h0}:bull:dead-letters:stalled-check')).toBeGreaterThan(20_000);
});

test('It is done with every sweep', async () => {
  await leaveBehind();
  let sweeps = 0;
  const worker = runHousekeeping(connection, {
    sweep: async () => void (sweeps += 1),
    prune: async () => {},
  });
  await eventually(() => expect(sweeps).toBeGreaterThan(0), { timeoutMs: 15_000 });
  expect(await client.pttl(LOCK)).toBeLessThanOrEqual(15_000);
  await worker.close(0);
});
