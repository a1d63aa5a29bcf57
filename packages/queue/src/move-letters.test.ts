import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { shardOf } from '@hooklane/core';
import type { DeadLetter } from '@hooklane/core';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { connectQueues } from './connection.ts';
import type { QueueConnection } from './connection.ts';
import { openLetterMover } from './move-letters.ts';
import { openWakes } from './wakes.ts';

let redis: TestRedis;
let queues: QueueConnection;

beforeAll(async () => {
  redis = await startRedis();
  queues = connectQueues({ redis: redis.url, role: 'worker' });
});
afterAll(async () => {
  await queues.close();
  await redis.stop();
});

function letterOf(i: number): DeadLetter {
  return {
    deliveryId: `evt_${i}.wh_${i}`,
    eventId: `evt_${i}`,
    webhookId: `wh_${i}`,
    account: `account-${i % 40}`,
    scope: { kind: 'application', name: 'shop' },
    event: 'build.started',
    reason: 'exhausted',
    attempts: 3,
    diedAt: new Date(0).toISOString(),
  } as DeadLetter;
}

async function idsOn(shard: number): Promise<string[]> {
  const jobs = await queues.onShard(shard).queue('dead-letters').getJobs(['waiting'], 0, -1);
  return jobs.map(({ data }) => data.deliveryId);
}

test('letters of accounts that move come to the queue of their new shard, once, also when it is done again', async () => {
  const letters = Array.from({ length: 1300 }, (_, i) => letterOf(i));
  await openWakes(queues).addDeadLetters(letters);
  const mover = openLetterMover(queues);
  for (let i = 0; i < 2; i++) await mover.copyLetters(0, 3);
  expect(await idsOn(0)).toHaveLength(1300);
  for (let i = 0; i < 2; i++) {
    for (let shard = 0; shard < 3; shard++) await mover.dropLetters(shard, 3);
  }
  for (let shard = 0; shard < 3; shard++) {
    const mine = letters.filter(({ account }) => shardOf(account, 3) === shard);
    expect(mine.length).toBeGreaterThan(100);
    expect((await idsOn(shard)).toSorted()).toEqual(mine.map(({ deliveryId }) => deliveryId).toSorted());
  }
}, 60_000);
