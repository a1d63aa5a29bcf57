import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AcceptedEvent, shardOf } from '@hooklane/core';
import { closeIntake, connectQueues, openEventQueue, runEventWorker } from '@hooklane/queue';
import type { QueueConnection, RunningWorker } from '@hooklane/queue';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { passOn } from './pass-on.ts';

const SHARDS = 3;
let redis: TestRedis;
let queues: QueueConnection;
const workers: RunningWorker[] = [];
/** By shard, what was dispatched there. */
const dispatched = Array.from({ length: SHARDS }, (): AcceptedEvent[] => []);
let passedOn = 0;

beforeAll(async () => {
  redis = await startRedis();
  queues = connectQueues({ redis: redis.url, role: 'worker' });
  for (let shard = 0; shard < SHARDS; shard++) {
    const mine = queues.onShard(shard);
    const handle = passOn({
      queues: mine,
      shards: SHARDS,
      dispatch: async (events) => void dispatched[shard]!.push(...events),
      onPassedOn: (events) => (passedOn += events),
    });
    workers.push(runEventWorker(mine, { concurrency: 4, handle }));
  }
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.close(1000)));
  await queues.close();
  await redis.stop();
});

let count = 0;

function eventOf(account: string): AcceptedEvent {
  count += 1;
  return {
    id: `evt_${count}`,
    type: 'build.started',
    account,
    scope: { kind: 'application', name: 'shop' },
    acceptedAt: count,
    occurredAt: count,
    body: '{}',
  };
}

const idsOf = (events: readonly AcceptedEvent[]) => [...new Set(events.map(({ id }) => id))];

test('what is of another shard is dispatched there, in its order, and what is of this one here', async () => {
  const accounts = Array.from({ length: 30 }, (_, i) => `account-${i}`);
  // A producer that was told of one shard.
  const old = openEventQueue(queues.onShard(0), { keepOrder: true });
  const events = Array.from({ length: 320 }, (_, i) => eventOf(accounts[i % accounts.length]!));
  for (let at = 0; at < events.length; at += 32) await old.add(events.slice(at, at + 32));
  const wanted = Array.from({ length: SHARDS }, (_, shard) =>
    events.filter(({ account }) => shardOf(account, SHARDS) === shard).map(({ id }) => id),
  );
  await eventually(() => expect(dispatched.map(idsOf)).toEqual(wanted), { timeoutMs: 30_000 });
  // Counted when the other queue has confirmed it: that may come after they were dispatched there.
  await eventually(() => expect(passedOn).toBeGreaterThanOrEqual(320 - wanted[0]!.length));
  for (const [shard, list] of dispatched.entries()) {
    expect(list.every(({ account }) => shardOf(account, SHARDS) === shard)).toBe(true);
  }
}, 60_000);

test('a shard that takes nothing loses nothing: its events come when it has room again', async () => {
  const account = 'account-7';
  const target = shardOf(account, SHARDS);
  const source = (target + 1) % SHARDS;
  const event = eventOf(account);
  await closeIntake(queues.onShard(target), 'Redis is nearly full.');
  await openEventQueue(queues.onShard(source)).add([event]);
  // The mark that closes it ends by itself.
  await eventually(() => expect(dispatched[target]!.map(({ id }) => id)).toContain(event.id), {
    timeoutMs: 30_000,
  });
  expect(dispatched[source]!.map(({ id }) => id)).not.toContain(event.id);
}, 60_000);
