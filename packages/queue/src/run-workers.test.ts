import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { connectQueues } from './connection.ts';
import type { QueueConnection, QueueRole } from './connection.ts';
import { openEventQueue } from './event-queue.ts';
import { runEventWorker, runLaneWorker, runRedriveWorker } from './run-workers.ts';
import type { RunningWorker } from './run-jobs.ts';
import { openWakes } from './wakes.ts';
import { aLetter, anEvent } from '../fixtures/samples.ts';

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

/** Each test has a shard, so that no test sees the jobs of another. */
function connect(role: QueueRole, onError: (error: Error) => void = () => {}): QueueConnection {
  const connection = connectQueues({ redis: redis.url, role, shard, onError });
  connections.push(connection);
  return connection;
}

function running(worker: RunningWorker): RunningWorker {
  workers.push(worker);
  return worker;
}

describe('events', () => {
  test('reach the handler as they were added, also before any worker runs', async () => {
    const batch = [anEvent('e1', '{"big":1.0,"é":"\\u00e9"}'), anEvent('e2')];
    await openEventQueue(connect('producer')).add(batch);
    const seen: unknown[] = [];
    running(
      runEventWorker(connect('worker'), { concurrency: 2, handle: async (events) => void seen.push(events) }),
    );
    await eventually(() => {
      expect(seen.length).toBe(1);
    });
    expect(seen).toEqual([batch]);
  });

  test('come again until the handler takes them', async () => {
    const errors: string[] = [];
    let calls = 0;
    const connection = connect('worker', (error) => errors.push(error.message));
    const handle = async (): Promise<void> => {
      calls += 1;
      if (calls < 3) throw new Error('the store is away');
    };
    running(runEventWorker(connection, { concurrency: 1, handle }));
    await openEventQueue(connection).add([anEvent('e1')]);
    await eventually(() => {
      expect(calls).toBe(3);
    });
    expect(errors).toEqual(['the store is away', 'the store is away']);
    await sleep(100);
    expect(await connection.queue('events').getJobCounts('failed', 'delayed', 'wait')).toEqual({
      failed: 0,
      delayed: 0,
      wait: 0,
    });
  });

  test('that nobody can read are put aside with the reason, counted, and tried once', async () => {
    const bad: string[] = [];
    const seen: string[] = [];
    const connection = connect('worker');
    running(
      runEventWorker(connection, {
        concurrency: 1,
        handle: async (events) => void seen.push(...events.map((event) => event.id)),
        onBadJob: (reason) => bad.push(reason),
      }),
    );
    await connection.queue('events').add('events', { events: 'nonsense' } as never);
    await openEventQueue(connection).add([anEvent('good')]);
    await eventually(async () => {
      expect(await connection.queue('events').getFailedCount()).toBe(1);
    });
    await eventually(() => {
      expect(seen.length).toBe(1);
    });
    expect(bad).toEqual(['bad job data: events is no list']);
    const [failed] = await connection.queue('events').getFailed();
    expect(failed?.failedReason).toBe('bad job data: events is no list');
  });

  test('added twice while the first is waiting are there once', async () => {
    const connection = connect('producer');
    const queue = openEventQueue(connection);
    await queue.add([anEvent('e1'), anEvent('e2')]);
    await queue.add([anEvent('e1'), anEvent('e2')]);
    await queue.add([anEvent('e1'), anEvent('e3')]);
    expect(await connection.queue('events').getWaitingCount()).toBe(2);
  });

  test('leave nothing behind in Redis', async () => {
    const connection = connect('worker');
    let handled = 0;
    running(runEventWorker(connection, { concurrency: 8, handle: async () => void (handled += 1) }));
    const queue = openEventQueue(connection);
    await Promise.all(Array.from({ length: 50 }, (_, i) => queue.add([anEvent(`e${i}`)])));
    await eventually(() => {
      expect(handled).toBe(50);
    });
    const client = new Redis(redis.url);
    const keysOfJobs = `{h${shard}}:bull:events:b-*`;
    await eventually(async () => {
      expect(await client.keys(keysOfJobs)).toEqual([]);
    });
    expect(await client.hget(`{h${shard}}:bull:events:meta`, 'opts.maxLenEvents')).toBe('1000');
    await client.quit();
  });

  test('an aborted wait ends at once', async () => {
    const queue = openEventQueue(connect('producer'));
    await expect(queue.add([anEvent('e1')], AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
    const abort = new AbortController();
    const adding = queue.add([anEvent('e2')], abort.signal);
    abort.abort(new Error('enough'));
    await expect(adding).rejects.toThrow('enough');
  });
});

describe('wakes', () => {
  test('come at once or at their time, each to its pool', async () => {
    const start = Date.now();
    const woken: [string, number][] = [];
    const connection = connect('worker');
    for (const pool of ['lanes', 'slow-lanes'] as const) {
      const handle = async ({ webhookId }: { webhookId: string }): Promise<void> =>
        void woken.push([`${pool} ${webhookId}`, Date.now() - start]);
      running(runLaneWorker(connection, { pool, concurrency: 4, handle }));
    }
    await openWakes(connect('producer')).wake([
      { webhookId: 'now', pool: 'lanes', at: 0 },
      { webhookId: 'past', pool: 'slow-lanes', at: start - 1000 },
      { webhookId: 'soon', pool: 'lanes', at: start + 700 },
      { webhookId: 'later', pool: 'slow-lanes', at: start + 1300 },
    ]);
    await eventually(() => {
      expect(woken.length).toBe(4);
    });
    expect(woken.map(([name]) => name).sort()).toEqual([
      'lanes now',
      'lanes soon',
      'slow-lanes later',
      'slow-lanes past',
    ]);
    const at = Object.fromEntries(woken);
    for (const [name, due] of [
      ['lanes soon', 700],
      ['slow-lanes later', 1300],
    ] as const) {
      expect(at[name]).toBeGreaterThanOrEqual(due - 1);
      expect(at[name]).toBeLessThan(due + 8000);
    }
  });

  test('of a lane whose run fails are dropped and reported', async () => {
    const errors: string[] = [];
    const connection = connect('worker', (error) => errors.push(error.message));
    let runs = 0;
    const handle = async (): Promise<void> => {
      runs += 1;
      throw new Error('a bug');
    };
    running(runLaneWorker(connection, { pool: 'lanes', concurrency: 1, handle }));
    await openWakes(connection).wake([{ webhookId: 'w', pool: 'lanes', at: 0 }]);
    await eventually(() => {
      expect(errors.length).toBe(1);
    });
    await sleep(600);
    expect(runs).toBe(1);
  });

  test('in thousands are all kept', async () => {
    const connection = connect('producer');
    const wakes = Array.from({ length: 1201 }, (_, i) => ({
      webhookId: `w${i}`,
      pool: 'lanes' as const,
      at: 0,
    }));
    await openWakes(connection).wake(wakes);
    expect(await connection.queue('lanes').getWaitingCount()).toBe(1201);
  });
});

describe('redrives', () => {
  test('started twice run once, and start again after they ended', async () => {
    const wakes = openWakes(connect('producer'));
    await wakes.startRedrive('rd_1');
    await wakes.startRedrive('rd_1');
    const seen: string[] = [];
    running(
      runRedriveWorker(connect('worker'), { concurrency: 2, handle: async (id) => void seen.push(id) }),
    );
    await eventually(() => {
      expect(seen.length).toBe(1);
    });
    await sleep(100);
    expect(seen).toEqual(['rd_1']);
    await wakes.startRedrive('rd_1');
    await eventually(() => {
      expect(seen.length).toBe(2);
    });
  });
});

describe('dead letters', () => {
  test('added twice are there once, stay, and are removed without complaint about missing ones', async () => {
    const connection = connect('producer');
    const wakes = openWakes(connection);
    const letters = [aLetter('1.wh_1'), aLetter('evt_2.wh_1')];
    await wakes.addDeadLetters(letters);
    await wakes.addDeadLetters([...letters, aLetter('evt_3.wh_1')]);
    const queue = connection.queue('dead-letters');
    expect(await queue.getWaitingCount()).toBe(3);
    expect((await queue.getJob('1.wh_1'))?.data).toEqual(aLetter('1.wh_1'));
    await wakes.removeDeadLetters(['1.wh_1', 'no.such', 'evt_3.wh_1']);
    expect((await queue.getWaiting()).map((job) => job.id)).toEqual(['evt_2.wh_1']);
  });
});
