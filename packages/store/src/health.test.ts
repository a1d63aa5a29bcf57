import { describe, expect, test } from '@jest/globals';
import { CLOSED_BREAKER } from '@hooklane/core';
import { freePort } from '@hooklane/local';
import { eventually } from '@hooklane/testkit';
import { useStore } from '../fixtures/store-bench.ts';
import { connectStore } from './connect.ts';
import { createStore } from './create-store.ts';
import { createSecretBox } from './secrets.ts';

const bench = useStore({ aof: true });

describe('checkRedis', () => {
  test('is content with a Redis that keeps everything', async () => {
    expect(await bench.store.checkRedis()).toEqual({
      ok: true,
      version: expect.stringMatching(/^\d+\.\d+/),
      problems: [],
    });
  });

  test('names a policy that throws deliveries away, and what to do', async () => {
    await bench.raw.config('SET', 'maxmemory-policy', 'allkeys-lru');
    try {
      const { ok, problems } = await bench.store.checkRedis();
      expect(ok).toBe(false);
      expect(problems).toEqual([expect.stringMatching(/maxmemory-policy is allkeys-lru.*noeviction/)]);
    } finally {
      await bench.raw.config('SET', 'maxmemory-policy', 'noeviction');
    }
  });

  test('names a replica', async () => {
    await bench.raw.call('REPLICAOF', '127.0.0.1', '1');
    try {
      const { ok, problems } = await bench.store.checkRedis();
      expect([ok, problems]).toEqual([false, [expect.stringMatching(/replica/)]]);
    } finally {
      await bench.raw.call('REPLICAOF', 'NO', 'ONE');
    }
  });

  test.each(['worker', 'server'] as const)(
    'of role %s says within 2 s that Redis is not there',
    async (role) => {
      const redisUrl = `redis://127.0.0.1:${await freePort()}`;
      const store = createStore({
        redis: connectStore({ redis: redisUrl, role }),
        secrets: createSecretBox(Buffer.alloc(32)),
      });
      const start = performance.now();
      const { ok, version, problems } = await store.checkRedis();
      expect(performance.now() - start).toBeLessThan(8000);
      expect([ok, version, problems.length]).toEqual([false, null, 1]);
      await store.close();
    },
  );
});

describe('The key of secrets', () => {
  test('is the one that came first; another is refused', async () => {
    await bench.store.checkSecretKey();
    await bench.open().checkSecretKey();
    const other = bench.open({ secrets: createSecretBox(Buffer.alloc(32, 9)) });
    await expect(other.checkSecretKey()).rejects.toMatchObject({
      code: 'secret_key_mismatch',
      field: 'HOOKLANE_SECRET_KEY',
    });
    expect(await bench.raw.hget('{h0}:meta', 'secretKey')).not.toContain(
      Buffer.alloc(32, 7).toString('base64'),
    );
  });
});

describe('When Redis is killed and comes back', () => {
  test('everything that was answered is there, scripts are loaded again, and calls go on', async () => {
    const store = bench.open();
    const webhook = await bench.webhook();
    const events = [bench.event({ acceptedAt: Date.now() }), bench.event({ acceptedAt: Date.now() })];
    await store.dispatch(events);
    const ask = { webhookId: webhook.id, run: 'r', limit: 1, now: Date.now() };
    const work = await store.lanes.take(ask);
    if (work.kind !== 'work') throw new Error(work.kind);
    // AOF with everysec: one second until what was written is safe.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await bench.redis.kill9();
    const settled = store.lanes.settle({
      webhookId: webhook.id,
      run: 'r',
      settlements: work.due.map((due) => bench.tried(due)),
      breaker: null,
      now: Date.now(),
    });
    await bench.redis.restart();
    expect(await settled).toMatchObject({ owner: true });
    const next = await store.lanes.take({ ...ask, now: Date.now() });
    expect(next.kind === 'work' && next.due.length).toBe(1);
    const record = await store.deliveries.getEvent(work.due[0]!.eventId);
    expect(record?.deliveries).toMatchObject([{ status: 'delivered' }]);
  });

  test('a Redis that forgot its scripts gets them again, also many calls at once', async () => {
    const webhook = await bench.webhook();
    await bench.emit();
    await bench.raw.script('FLUSH');
    const results = await Promise.all(
      Array.from({ length: 20 }, () => bench.store.dispatch([bench.event()])),
    );
    expect(results.flatMap((result) => result.results)).toEqual(results.map(() => ({ deliveries: 1 })));
    expect((await bench.takeWork(webhook)).due).toHaveLength(21);
    await bench.raw.script('FLUSH');
    expect(await bench.take(webhook)).toEqual({ kind: 'nothing_due' });
  });
});

describe('When Redis does not answer', () => {
  test('a server fails after about a second with redis_unavailable, for plain calls and scripts', async () => {
    const server = bench.open({ role: 'server' });
    await server.webhooks.listScopes({});
    await bench.redis.pause();
    try {
      for (const call of [
        () => server.webhooks.getWebhook('wh_1'),
        () => server.dispatch([bench.event()]),
        () => server.deliveries.findDeliveries({}, { cursor: null, limit: 1 }),
      ]) {
        const start = performance.now();
        await expect(call()).rejects.toMatchObject({ code: 'redis_unavailable' });
        expect(performance.now() - start).toBeLessThan(6000);
      }
    } finally {
      await bench.redis.resume();
    }
    await eventually(async () => expect(await server.webhooks.getWebhook('wh_1')).toBeNull());
  });

  test('a worker waits and goes on', async () => {
    const worker = bench.open();
    await worker.webhooks.listScopes({});
    await bench.redis.pause();
    let done = false;
    const call = worker.dispatch([bench.event()]).then((result) => {
      done = true;
      return result;
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(done).toBe(false);
    await bench.redis.resume();
    expect((await call).results).toEqual([{ none: 'scope_disabled' }]);
  });
});

/** Within a place in the order of one millisecond, which a lane's score holds beside the time. */
const about = (ms: number): unknown => expect.closeTo(ms, -1);

describe('The backlog', () => {
  test('counts lanes, open lanes, what waits, how long, and dead letters', async () => {
    const nothing = { waiting: 0, due: 0, oldestDueAgeMs: 0 };
    expect(await bench.store.readBacklog()).toEqual({
      lanes: 0,
      openLanes: 0,
      slowLanes: 0,
      waiting: 0,
      oldestDueAgeMs: 0,
      byLane: { healthy: nothing, slow: nothing, open: nothing },
      deadLetters: 0,
    });
    const webhook = await bench.webhook();
    await bench.emit(3);
    const { due } = await bench.takeWork(webhook);
    await bench.settle(
      webhook,
      due.map((one, i) =>
        bench.tried(one, {
          disposition: i === 0 ? { kind: 'dead', reason: 'gone' } : { kind: 'retry', at: bench.clock.now() },
        }),
      ),
      { breaker: bench.openBreaker(1000) },
    );
    await bench.emit();
    bench.clock.advance(5000);
    expect(await bench.store.readBacklog()).toEqual({
      lanes: 1,
      openLanes: 1,
      slowLanes: 0,
      waiting: 3,
      oldestDueAgeMs: about(5000),
      byLane: { healthy: nothing, slow: nothing, open: { waiting: 3, due: 3, oldestDueAgeMs: about(5000) } },
      deadLetters: 1,
    });
  });

  test('tells what waits for us from what waits for an endpoint that is slow or down', async () => {
    const [healthy, slow, open] = [await bench.webhook(), await bench.webhook(), await bench.webhook()];
    await bench.emit(2);
    for (const [webhook, breaker] of [
      [slow, { ...CLOSED_BREAKER, slow: true }],
      [open, bench.openBreaker(60_000)],
    ] as const) {
      const { due } = await bench.takeWork(webhook);
      const later = { kind: 'retry', at: bench.clock.now() + 60_000 } as const;
      await bench.settle(
        webhook,
        due.map((one) => bench.tried(one, { disposition: later })),
        { breaker },
      );
    }
    bench.clock.advance(1000);
    await bench.emit();
    bench.clock.advance(2000);
    expect(healthy.id).not.toBe(open.id);
    expect((await bench.store.readBacklog()).byLane).toEqual({
      healthy: { waiting: 3, due: 3, oldestDueAgeMs: about(3000) },
      slow: { waiting: 3, due: 1, oldestDueAgeMs: about(2000) },
      open: { waiting: 3, due: 1, oldestDueAgeMs: about(2000) },
    });
  });

  test('is counted once for all who are content with an answer that is a moment old', async () => {
    await bench.webhook();
    await bench.emit(2);
    expect((await bench.store.readBacklog(60_000)).waiting).toBe(2);
    await bench.emit(3);
    expect((await bench.open().readBacklog(60_000)).waiting).toBe(2);
    expect((await bench.store.readBacklog()).waiting).toBe(5);
  });
});

test('Pruning drops index entries past their retention, in all scopes, and nothing younger', async () => {
  const hooks = await Promise.all(
    Array.from({ length: 20 }, (_, i) => bench.webhook({ scope: { kind: 'application', name: `app-${i}` } })),
  );
  const emit = (): Promise<unknown> => bench.store.dispatch(hooks.map(({ scope }) => bench.event({ scope })));
  await emit();
  bench.clock.advance(7 * 86_400_000 + 1);
  await emit();
  await bench.store.prune();
  expect(await bench.raw.zcard('{h0}:index')).toBe(20);
  for (let i = 0; i < 20; i++) expect(await bench.raw.zcard(`{h0}:index:jdoe:application:app-${i}`)).toBe(1);
});
