import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { askRedis, eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { connectQueues } from './connection.ts';
import type { QueueConnection, QueueRole } from './connection.ts';
import { EventOrder } from './event-order.ts';
import { batchJobId, openEventQueue } from './event-queue.ts';
import type { RunningWorker } from './run-jobs.ts';
import { runEventWorker } from './run-workers.ts';
import { anEvent } from '../fixtures/samples.ts';

let redis: TestRedis;
let shard = 0;
const connections: QueueConnection[] = [];
const workers: RunningWorker[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.close(0)));
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
  shard += 1;
});

function connect(role: QueueRole): QueueConnection {
  const connection = connectQueues({ redis: redis.url, role, shard });
  connections.push(connection);
  return connection;
}

/** A worker that takes `ms()` for each batch; `seen` hears of a batch when it is done. */
function startWorker(seen: string[], ms: () => number = () => Math.random() * 10): void {
  const handle = async (events: { id: string }[]): Promise<void> => {
    await sleep(ms());
    seen.push(...events.map(({ id }) => id));
  };
  workers.push(runEventWorker(connect('worker'), { concurrency: 4, handle }));
}

const firstOf = (seen: readonly string[]): string[] => [...new Set(seen)];

test('Batches of a producer are dispatched in the order in which it wrote them, by three workers with four jobs each', async () => {
  const queue = openEventQueue(connect('producer'), { keepOrder: true });
  const ids = Array.from({ length: 300 }, (_, i) => `e${i}`);
  const seen: string[] = [];
  for (const id of ids.slice(0, 200)) await queue.add([anEvent(id)]);
  for (let i = 0; i < 3; i += 1) startWorker(seen);
  for (const id of ids.slice(200)) await queue.add([anEvent(id)]);
  await eventually(() => expect(firstOf(seen)).toHaveLength(ids.length), { timeoutMs: 20_000 });
  expect(firstOf(seen)).toEqual(ids);
  // A batch is made good by others now and then, not by all of them.
  expect(seen.length).toBeLessThan(3 * ids.length);
}, 30_000);

test('A batch whose worker hangs is dispatched by the worker of the next one', async () => {
  const queue = openEventQueue(connect('producer'), { keepOrder: true });
  const hanging: string[] = [];
  const handle = async (events: { id: string }[]): Promise<void> => {
    hanging.push(...events.map(({ id }) => id));
    await new Promise(() => undefined);
  };
  workers.push(runEventWorker(connect('worker'), { concurrency: 1, handle }));
  await queue.add([anEvent('held')]);
  await eventually(() => expect(hanging).toEqual(['held']));
  const seen: string[] = [];
  startWorker(seen);
  await queue.add([anEvent('next')]);
  await eventually(() => expect(seen).toEqual(['held', 'next']));
});

test('A batch that is gone, or that nobody can read, holds up none', async () => {
  const producer = connect('producer');
  const queue = openEventQueue(producer, { keepOrder: true });
  await queue.add([anEvent('lost')]);
  await queue.add([anEvent('unreadable')]);
  await queue.add([anEvent('next')]);
  await producer.queue('events').remove(batchJobId([anEvent('lost')]));
  const unreadable = await producer.queue('events').getJob(batchJobId([anEvent('unreadable')]));
  await unreadable?.updateData({ events: 'nonsense' } as never);
  const seen: string[] = [];
  startWorker(seen);
  await eventually(() => expect(seen).toEqual(['next']));
});

test('Ids of callers that come again and again make a ring, and hold up none', async () => {
  const queue = openEventQueue(connect('producer'), { keepOrder: true });
  for (const id of ['a', 'b', 'a', 'a', 'b', 'c', 'a']) await queue.add([anEvent(id)]);
  const seen: string[] = [];
  for (let i = 0; i < 2; i += 1) startWorker(seen);
  await eventually(() => expect(firstOf(seen)).toEqual(['a', 'b', 'c']));
});

test('The batch after one that failed comes after it all the same', async () => {
  const queue = openEventQueue(connect('producer'), { keepOrder: true });
  let calls = 0;
  const seen: string[] = [];
  const handle = async (events: { id: string }[]): Promise<void> => {
    calls += 1;
    if (calls <= 2) throw new Error('the store is away');
    seen.push(...events.map(({ id }) => id));
  };
  for (const id of ['a', 'b', 'c']) await queue.add([anEvent(id)]);
  workers.push(runEventWorker(connect('worker'), { concurrency: 1, handle }));
  await eventually(() => expect(firstOf(seen)).toEqual(['a', 'b', 'c']));
});

test('What was dispatched for a later batch is not dispatched again, unless the connection was lost: a failover forgets', async () => {
  const queue = openEventQueue(connect('producer'), { keepOrder: true });
  const batches = ['a', 'b', 'c'].map((id) => [anEvent(id)]);
  for (const batch of batches) await queue.add(batch);
  const [a, b, c] = batches.map((batch) => ({ events: batch, id: batchJobId(batch) })) as [Job, Job, Job];
  const seen: string[] = [];
  const worker = connect('worker');
  const order = new EventOrder(worker, async (events) => {
    seen.push(...events.map(({ id }) => id));
  });
  await order.run(c.id, { events: c.events, after: b.id });
  expect(seen).toEqual(['a', 'b', 'c']);
  await order.run(a.id, { events: a.events });
  expect(seen).toEqual(['a', 'b', 'c']);

  // A new master has the jobs, and may have nothing of what was dispatched for them.
  await askRedis(redis.port, 'CLIENT KILL TYPE normal');
  expect(await worker.queue('events').getWaitingCount()).toBe(3);
  await order.run(b.id, { events: b.events, after: a.id });
  expect(seen.slice(3)).toEqual(['a', 'b']);
});

interface Job {
  id: string;
  events: ReturnType<typeof anEvent>[];
}
