import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { connectQueues } from './connection.ts';
import type { QueueConnection, QueueRole } from './connection.ts';
import { openEventQueue } from './event-queue.ts';
import { runJobs } from './run-jobs.ts';
import type { RunningWorker } from './run-jobs.ts';
import { runEventWorker, runLaneWorker } from './run-workers.ts';
import { openWakes } from './wakes.ts';
import { anEvent } from '../fixtures/samples.ts';

const QUICK_LOCKS = { lockDuration: 1000, stalledInterval: 500 };
const connections: QueueConnection[] = [];
const workers: RunningWorker[] = [];
let redis: TestRedis;

beforeAll(async () => {
  redis = await startRedis({ aof: true });
});
afterAll(() => redis.stop());
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.close(0)));
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
});

function connect(role: QueueRole, redisUrl = redis.url): QueueConnection {
  const connection = connectQueues({ redis: redisUrl, role });
  connections.push(connection);
  return connection;
}

function running(worker: RunningWorker): RunningWorker {
  workers.push(worker);
  return worker;
}

/** A handler that says when it began and ends when it is told to. */
function gate(): { handle: () => Promise<void>; begun: () => number; open: () => void } {
  let begun = 0;
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const handle = async (): Promise<void> => {
    begun += 1;
    await opened;
  };
  return { handle, begun: () => begun, open: () => open() };
}

async function msOf(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

const lane = { webhookId: 'wh_1', pool: 'lanes', at: 0 } as const;

describe('a worker that is told to stop', () => {
  test('waits for what runs, and leaves the rest to others', async () => {
    const { handle, begun, open } = gate();
    const worker = running(runEventWorker(connect('worker'), { concurrency: 1, handle }));
    const queue = openEventQueue(connect('producer'));
    await queue.add([anEvent('e1')]);
    await eventually(() => {
      expect(begun()).toBe(1);
    });
    await worker.pause();
    await queue.add([anEvent('e2')]);
    expect(worker.running()).toBe(1);
    setTimeout(open, 300);
    const ms = await msOf(worker.close(5000));
    expect(ms).toBeGreaterThan(250);
    expect(ms).toBeLessThan(4500);
    expect(begun()).toBe(1);
    expect(worker.running()).toBe(0);

    const seen: string[] = [];
    const other = {
      concurrency: 1,
      handle: async ([event]: { id: string }[]) => void seen.push(event?.id ?? ''),
    };
    running(runEventWorker(connect('worker'), other));
    await eventually(() => {
      expect(seen.length).toBe(1);
    });
    expect(seen).toEqual(['e2']);
  });

  test('takes nothing more, though it was waiting for a job when it was told', async () => {
    const { handle, begun, open } = gate();
    open();
    const worker = running(runEventWorker(connect('worker'), { concurrency: 1, handle }));
    const queue = openEventQueue(connect('producer'));
    await queue.add([anEvent('e1')]);
    await eventually(() => {
      expect(begun()).toBe(1);
    });
    await sleep(200);
    await worker.pause();
    await queue.add([anEvent('e2')]);
    await sleep(200);
    expect(begun()).toBe(1);
    const other = gate();
    other.open();
    running(runEventWorker(connect('worker'), { concurrency: 1, handle: other.handle }));
    await eventually(() => {
      expect(other.begun()).toBe(1);
    });
  });

  test('cancels a lane after the grace time, and another worker has it at once', async () => {
    let reason: unknown;
    const handle = (_: unknown, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          resolve();
        });
      });
    const worker = running(runLaneWorker(connect('worker'), { pool: 'lanes', concurrency: 1, handle }));
    await openWakes(connect('producer')).wake([lane]);
    await eventually(() => {
      expect(worker.running()).toBe(1);
    });
    const ms = await msOf(worker.close(200));
    expect(ms).toBeGreaterThan(190);
    expect(ms).toBeLessThan(8000);
    expect(reason).toBe('shutdown');

    const woken: string[] = [];
    const other = {
      pool: 'lanes',
      concurrency: 1,
      handle: async ({ webhookId }: { webhookId: string }) => void woken.push(webhookId),
    } as const;
    running(runLaneWorker(connect('worker'), other));
    await eventually(
      () => {
        expect(woken.length).toBe(1);
      },
      { timeoutMs: 1500 },
    );
  });

  test('loses no event whose handler fails because of the stop', async () => {
    let calls = 0;
    const handle = async (): Promise<void> => {
      calls += 1;
      await sleep(400);
      throw new Error('the store was closed');
    };
    const worker = running(runEventWorker(connect('worker'), { concurrency: 1, handle }));
    await openEventQueue(connect('producer')).add([anEvent('e1')]);
    await eventually(() => {
      expect(calls).toBe(1);
    });
    await worker.close(0);
    const seen: string[] = [];
    const other = {
      concurrency: 1,
      handle: async ([event]: { id: string }[]) => void seen.push(event?.id ?? ''),
    };
    running(runEventWorker(connect('worker'), other));
    await eventually(
      () => {
        expect(seen.length).toBe(1);
      },
      { timeoutMs: 1500 },
    );
    expect(calls).toBe(1);
  });

  test('does not wait for a handler that does not listen; its job is run again', async () => {
    const { handle, begun, open } = gate();
    const deaf = { queue: 'events', concurrency: 1, cancellable: false, locks: QUICK_LOCKS, handle } as const;
    const worker = running(runJobs(connect('worker'), deaf));
    await openEventQueue(connect('producer')).add([anEvent('e1')]);
    await eventually(() => {
      expect(begun()).toBe(1);
    });
    expect(await msOf(worker.close(100))).toBeLessThan(100 + 3000 + 5000);
    const again = gate();
    again.open();
    running(runJobs(connect('worker'), { ...deaf, handle: again.handle }));
    await eventually(() => {
      expect(again.begun()).toBe(1);
    });
    open();
  });

  test('is stopped in time when Redis is gone, or never was there', async () => {
    const own = await startRedis();
    const { handle, begun, open } = gate();
    const worker = running(runEventWorker(connect('worker', own.url), { concurrency: 1, handle }));
    await openEventQueue(connect('producer', own.url)).add([anEvent('e1')]);
    await eventually(() => {
      expect(begun()).toBe(1);
    });
    await own.stop();
    expect(await msOf(worker.close(100))).toBeLessThan(100 + 3000 + 5000);
    open();

    const early = running(runEventWorker(connect('worker', own.url), { concurrency: 1, handle }));
    expect(await msOf(early.close(100))).toBeLessThan(100 + 3000 + 5000);
  });
});

describe('a job survives', () => {
  test('the death of its worker process', async () => {
    const child = fork(new URL('../fixtures/hanging-worker.ts', import.meta.url), [redis.url], {
      execArgv: [],
    });
    try {
      await openEventQueue(connect('producer')).add([anEvent('e1')]);
      const [taken] = (await once(child, 'message')) as [string];
      expect(taken).toBe('e1');
    } finally {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    const seen: string[] = [];
    const handle = async ({ events }: { events: { id: string }[] }): Promise<void> => {
      seen.push(...events.map((event) => event.id));
    };
    running(
      runJobs(connect('worker'), {
        queue: 'events',
        concurrency: 1,
        cancellable: false,
        locks: QUICK_LOCKS,
        handle,
      }),
    );
    await eventually(() => {
      expect(seen.length).toBe(1);
    });
    expect(seen).toEqual(['e1']);
  });

  test('kill -9 of Redis; workers go on by themselves', async () => {
    const seen: string[] = [];
    const handle = async (events: { id: string }[]): Promise<void> => {
      seen.push(...events.map((event) => event.id));
    };
    const queue = openEventQueue(connect('producer'));
    await queue.add([anEvent('kept')]);
    await redis.kill9();
    await redis.restart();
    running(runEventWorker(connect('worker'), { concurrency: 1, handle }));
    await eventually(() => {
      expect(seen).toContain('kept');
    });
    await redis.kill9();
    await redis.restart();
    await eventually(() => queue.add([anEvent('after')]));
    await eventually(() => {
      expect(seen).toContain('after');
    });
  });

  test('a Redis that stands still for a while', async () => {
    const seen: string[] = [];
    const handle = async (events: { id: string }[]): Promise<void> => {
      seen.push(...events.map((event) => event.id));
    };
    running(runEventWorker(connect('worker'), { concurrency: 1, handle }));
    const queue = openEventQueue(connect('producer'));
    await queue.add([anEvent('before')]);
    await eventually(() => {
      expect(seen.length).toBe(1);
    });
    await redis.pause();
    await expect(queue.add([anEvent('during')])).rejects.toMatchObject({ code: 'redis_unavailable' });
    await sleep(2500);
    await redis.resume();
    await eventually(() => queue.add([anEvent('after')]));
    await eventually(() => {
      expect(seen).toContain('after');
    });
  });
});
