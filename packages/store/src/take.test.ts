import { describe, expect, test } from '@jest/globals';
import { CLOSED_BREAKER } from '@hooklane/core';
import { useStore } from '../fixtures/store-bench.ts';

const bench = useStore();

describe('Take', () => {
  test('leases what is due with everything a try needs', async () => {
    const webhook = await bench.webhook({ secret: 'a secret' });
    const [event] = await bench.emit(1, { body: '{"a": 1.0}' });
    const work = await bench.takeWork(webhook);
    expect(work.webhook).toMatchObject({
      id: webhook.id,
      url: webhook.url,
      secrets: ['a secret'],
      version: 1,
    });
    expect(work.breaker).toEqual(CLOSED_BREAKER);
    expect(work.due).toEqual([
      {
        eventId: event!.id,
        type: 'build.finished',
        body: Buffer.from('{"a": 1.0}'),
        tries: 0,
        charged: 0,
        acceptedAt: event!.acceptedAt,
        scheduledFrom: event!.acceptedAt,
      },
    ]);
    expect(await bench.take(webhook)).toEqual({ kind: 'nothing_due' });
  });

  test('gives the first in line first, and no more than asked for', async () => {
    const webhook = await bench.webhook();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      bench.clock.advance(10);
      ids.push((await bench.emit())[0]!.id);
    }
    expect((await bench.takeWork(webhook, 'run-1', 2)).due.map(({ eventId }) => eventId)).toEqual(
      ids.slice(0, 2),
    );
    expect((await bench.takeWork(webhook, 'run-1', 32)).due).toHaveLength(3);
  });

  test('never leases more than the webhook allows, though the run does not know it yet', async () => {
    const webhook = await bench.webhook({ maxInFlight: 3 });
    await bench.emit(10);
    expect((await bench.takeWork(webhook, 'run-1', 32)).due).toHaveLength(3);
    expect(await bench.take(webhook, 'run-1', 32)).toEqual({ kind: 'nothing_due' });
  });

  test('never leases more than a draining lane allows', async () => {
    const webhook = await bench.webhook();
    await bench.emit(10);
    const { due } = await bench.takeWork(webhook, 'run-1', 1);
    const breaker = { ...CLOSED_BREAKER, state: 'draining', window: 2 } as const;
    await bench.settle(webhook, [bench.tried(due[0]!)], { breaker });
    await bench.store.lanes.release(webhook.id, 'run-1');
    const work = await bench.takeWork(webhook, 'run-2', 32);
    expect(work.due).toHaveLength(2);
    expect(work.breaker).toMatchObject({ state: 'draining', window: 2 });
  });

  test('sends the webhook only when it changed', async () => {
    const webhook = await bench.webhook();
    await bench.emit(3);
    const first = await bench.takeWork(webhook, 'run-1', 1);
    expect((await bench.takeWork(webhook, 'run-1', 1)).webhook).toBe(first.webhook);
    await bench.store.webhooks.updateWebhook(webhook.id, { url: 'https://example.com/new' });
    expect((await bench.takeWork(webhook, 'run-1', 1)).webhook).toMatchObject({
      url: 'https://example.com/new',
      version: 2,
    });
  });

  test('gives a lane to one run at a time, among many that ask at once', async () => {
    const webhook = await bench.webhook();
    await bench.emit(5);
    const takes = await Promise.all(Array.from({ length: 10 }, (_, i) => bench.take(webhook, `run-${i}`)));
    expect(takes.filter(({ kind }) => kind === 'work')).toHaveLength(1);
    expect(takes.filter(({ kind }) => kind === 'busy')).toHaveLength(9);
  });

  test('never lets a lane sleep while results of its run are not settled, whichever call comes first', async () => {
    const webhook = await bench.webhook();
    await bench.emit();
    const { due } = await bench.takeWork(webhook);
    expect(await bench.take(webhook)).toEqual({ kind: 'nothing_due' });
    const retry = { kind: 'retry', at: bench.clock.now() + 1000 } as const;
    expect(await bench.settle(webhook, [bench.tried(due[0]!, { disposition: retry })])).toMatchObject({
      owner: true,
    });
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle', nextDueAt: bench.clock.now() + 1000 });
  });

  test('drops a delivery whose event retention has taken', async () => {
    const webhook = await bench.webhook();
    const [gone, kept] = await bench.emit(2);
    await bench.raw.del(`{h0}:event:${gone!.id}`);
    const { due } = await bench.takeWork(webhook);
    expect(due.map(({ eventId }) => eventId)).toEqual([kept!.id]);
    expect(await bench.raw.zrange(`{h0}:lane:${webhook.id}`, '0', '-1')).toEqual([kept!.id]);
  });
});

describe('A run that died', () => {
  test('leaves its tries to the next run as interrupted, exactly once', async () => {
    const webhook = await bench.webhook();
    await bench.emit(3);
    const dead = await bench.takeWork(webhook, 'run-1', 2);
    bench.clock.advance(9000);
    const next = await bench.takeWork(webhook, 'run-2');
    expect(next.interrupted.map(({ eventId }) => eventId).toSorted()).toEqual(
      dead.due.map(({ eventId }) => eventId).toSorted(),
    );
    const again = await bench.take(webhook, 'run-2');
    expect(again.kind === 'work' ? again.interrupted : []).toEqual([]);
    const retry = { kind: 'retry', at: bench.clock.now() } as const;
    const lost = { disposition: retry, outcome: 'interrupted', charged: false, statusCode: null } as const;
    await bench.settle(
      webhook,
      next.interrupted.map((due) => bench.tried(due, lost)),
      { run: 'run-2' },
    );
    const { due } = await bench.takeWork(webhook, 'run-2');
    expect(due.filter(({ tries }) => tries === 1).map(({ charged }) => charged)).toEqual([0, 0]);
  });

  test('leaves a delivery either as interrupted or as due, never as both, also after its lease', async () => {
    const webhook = await bench.webhook();
    await bench.emit(2);
    await bench.takeWork(webhook);
    bench.clock.advance(120_000);
    const next = await bench.takeWork(webhook, 'run-2');
    expect(next.interrupted).toHaveLength(2);
    expect(next.due).toEqual([]);
  });

  test('and did deliver: a result that came in meanwhile is not given back', async () => {
    const webhook = await bench.webhook();
    await bench.emit(2);
    const { due } = await bench.takeWork(webhook);
    bench.clock.advance(9000);
    await bench.settle(webhook, [bench.tried(due[0]!)]);
    const next = await bench.takeWork(webhook, 'run-2');
    expect(next.interrupted.map(({ eventId }) => eventId)).toEqual([due[1]!.eventId]);
  });

  test('of a webhook that was disabled since: its tries come back, then the lane pauses', async () => {
    const webhook = await bench.webhook();
    await bench.emit(2);
    await bench.takeWork(webhook, 'run-1', 1);
    await bench.store.webhooks.updateWebhook(webhook.id, { enabled: false });
    bench.clock.advance(9000);
    const next = await bench.takeWork(webhook, 'run-2');
    expect([next.interrupted.length, next.due.length]).toEqual([1, 0]);
    const retry = { kind: 'retry', at: bench.clock.now() } as const;
    await bench.settle(webhook, [bench.tried(next.interrupted[0]!, { disposition: retry })], {
      run: 'run-2',
    });
    expect(await bench.take(webhook, 'run-2')).toEqual({ kind: 'paused' });
  });
});

describe('A disabled webhook', () => {
  test('keeps its deliveries, and they go out when it is enabled again', async () => {
    const webhook = await bench.webhook();
    await bench.emit(3);
    await bench.store.webhooks.updateWebhook(webhook.id, { enabled: false });
    expect(await bench.take(webhook)).toEqual({ kind: 'paused' });
    const enabled = await bench.store.webhooks.updateWebhook(webhook.id, { enabled: true });
    expect(enabled?.wakes).toMatchObject([{ webhookId: webhook.id, pool: 'lanes' }]);
    expect((await bench.takeWork(webhook, 'run-2')).due).toHaveLength(3);
  });

  test('keeps its run until the tries in flight are settled', async () => {
    const webhook = await bench.webhook();
    await bench.emit();
    const { due } = await bench.takeWork(webhook);
    await bench.store.webhooks.updateWebhook(webhook.id, { enabled: false });
    expect(await bench.take(webhook)).toEqual({ kind: 'nothing_due' });
    await bench.settle(webhook, [bench.tried(due[0]!)]);
    expect(await bench.take(webhook)).toEqual({ kind: 'paused' });
  });

  test('starts afresh when it is enabled: an open lane is closed', async () => {
    const webhook = await bench.webhook();
    await bench.emit(2);
    const { due } = await bench.takeWork(webhook, 'run-1', 1);
    const retry = { kind: 'retry', at: bench.clock.now() } as const;
    await bench.settle(webhook, [bench.tried(due[0]!, { disposition: retry })], {
      breaker: bench.openBreaker(60_000),
    });
    await bench.store.webhooks.updateWebhook(webhook.id, { enabled: false });
    await bench.take(webhook);
    await bench.store.webhooks.updateWebhook(webhook.id, { enabled: true });
    const work = await bench.takeWork(webhook, 'run-2');
    expect(work.breaker).toEqual(CLOSED_BREAKER);
    expect(work.due).toHaveLength(2);
  });
});

describe('A deleted webhook', () => {
  test('whose first deliveries retention has taken still gives up the others, and leaves no lane behind', async () => {
    const webhook = await bench.webhook();
    const gone = await bench.emit(40);
    const [living] = await bench.emit(1);
    for (const { id } of gone) await bench.raw.del(`{h0}:event:${id}`);
    await bench.store.webhooks.deleteWebhook(webhook.id);
    const owed: string[] = [];
    for (let i = 0; i < 10; i++) {
      const take = await bench.take(webhook, 'run-1', 4);
      if (take.kind === 'deleted' && take.due.length === 0) break;
      if (take.kind !== 'deleted') continue;
      owed.push(...take.due.map(({ eventId }) => eventId));
      const disposition = { kind: 'dead', reason: 'webhook_deleted' } as const;
      await bench.settle(
        webhook,
        take.due.map((delivery) => ({ delivery, attempt: null, charged: false, disposition })),
      );
    }
    expect(owed).toEqual([living?.id]);
    expect(await bench.raw.exists(`{h0}:lane:${webhook.id}`, `{h0}:state:${webhook.id}`)).toBe(0);
  });

  async function keysOf(id: string): Promise<string[]> {
    return (await bench.raw.keys(`*${id}*`)).toSorted();
  }

  test('drains in batches as webhook_deleted and leaves no key behind', async () => {
    const webhook = await bench.webhook();
    const events = await bench.emit(5);
    await bench.finish(webhook, { disposition: { kind: 'retry', at: bench.clock.now() + 1000 } });
    const deleted = await bench.store.webhooks.deleteWebhook(webhook.id);
    expect(deleted?.wakes).toMatchObject([{ webhookId: webhook.id }]);
    let batches = 0;
    for (;;) {
      const take = await bench.take(webhook, 'run-2', 2);
      if (take.kind !== 'deleted') throw new Error(`expected deleted, got ${take.kind}`);
      if (take.due.length === 0) break;
      batches++;
      const disposition = { kind: 'dead', reason: 'webhook_deleted' } as const;
      await bench.settle(
        webhook,
        take.due.map((delivery) => ({ delivery, attempt: null, charged: false, disposition })),
        { run: 'run-2' },
      );
    }
    expect(batches).toBe(3);
    const { deliveries } = (await bench.store.deliveries.getEvent(events[0]!.id))!;
    expect(deliveries).toMatchObject([
      { status: 'dead', reason: 'webhook_deleted', attemptCount: 1, lastStatusCode: 500 },
    ]);
    // No dead letter: nobody wants it any more. Log and histories end with their time to live.
    expect(await bench.raw.zcard('{h0}:dead')).toBe(0);
    for (const key of await keysOf(webhook.id)) expect(await bench.raw.pttl(key)).toBeGreaterThan(0);
    expect(await bench.raw.zcard('{h0}:lanes')).toBe(0);
  });

  test('of which nothing is owed is gone at once', async () => {
    const webhook = await bench.webhook();
    expect(await bench.store.webhooks.deleteWebhook(webhook.id)).toEqual({ wakes: [] });
    expect(await keysOf(webhook.id)).toEqual([]);
    expect(await bench.store.webhooks.deleteWebhook(webhook.id)).toBeNull();
    expect((await bench.store.dispatch([bench.event()])).results).toEqual([{ none: 'no_matching_webhook' }]);
  });

  test('whose try is in flight still gets the success written', async () => {
    const webhook = await bench.webhook();
    const [event] = await bench.emit();
    const { due } = await bench.takeWork(webhook);
    await bench.store.webhooks.deleteWebhook(webhook.id);
    const take = await bench.take(webhook);
    if (take.kind !== 'deleted') throw new Error(take.kind);
    const disposition = { kind: 'dead', reason: 'webhook_deleted' } as const;
    await bench.settle(
      webhook,
      take.due.map((delivery) => ({ delivery, attempt: null, charged: false, disposition })),
    );
    expect(await bench.take(webhook)).toEqual({ kind: 'deleted', due: [] });
    await bench.settle(webhook, [bench.tried(due[0]!)]);
    const record = await bench.store.deliveries.getEvent(event!.id);
    expect(record?.deliveries).toMatchObject([{ status: 'delivered' }]);
    for (const key of await keysOf(webhook.id)) expect(await bench.raw.pttl(key)).toBeGreaterThan(0);
  });

  test('no longer has its secret in Redis', async () => {
    const webhook = await bench.webhook({ secret: 'much secret' });
    await bench.emit();
    await bench.store.webhooks.deleteWebhook(webhook.id);
    expect(await bench.raw.hget(`{h0}:webhook:${webhook.id}`, 'secrets')).toBeNull();
    expect(await bench.store.webhooks.getWebhook(webhook.id)).toBeNull();
  });
});

describe('An open lane', () => {
  test('gives up what waited for longer than its whole schedule, and only that', async () => {
    await bench.closeAll();
    bench.store = bench.openTimed({ lapseMs: 60_000 });
    const webhook = await bench.webhook();
    const [old] = await bench.emit();
    const { due } = await bench.takeWork(webhook);
    const retry = { kind: 'retry', at: bench.clock.now() } as const;
    await bench.settle(webhook, [bench.tried(due[0]!, { disposition: retry })], {
      breaker: bench.openBreaker(1000),
    });
    await bench.take(webhook);
    bench.clock.advance(50_000);
    const [young] = await bench.emit();
    bench.clock.advance(11_000);
    const work = await bench.takeWork(webhook, 'run-2');
    expect(work.lapsed.map(({ eventId }) => eventId)).toEqual([old!.id]);
    expect(work.due).toEqual([]);
    const disposition = { kind: 'dead', reason: 'lane_open' } as const;
    await bench.settle(
      webhook,
      work.lapsed.map((delivery) => ({ delivery, attempt: null, charged: false, disposition })),
      { run: 'run-2' },
    );
    const probe = await bench.takeWork(webhook, 'run-2');
    expect(probe.due.map(({ eventId }) => eventId)).toEqual([young!.id]);
    expect((await bench.store.deliveries.getDelivery(`${old!.id}.${webhook.id}`))?.delivery).toMatchObject({
      status: 'dead',
      reason: 'lane_open',
      attemptCount: 1,
      lastOutcome: 'rejected',
    });
  });

  test('does not count a redelivered one by the age of its event', async () => {
    await bench.closeAll();
    bench.store = bench.openTimed({ lapseMs: 60_000 });
    const webhook = await bench.webhook();
    await bench.emit(2);
    const work = await bench.takeWork(webhook);
    await bench.settle(webhook, [
      bench.tried(work.due[0]!, { disposition: { kind: 'dead', reason: 'exhausted' } }),
    ]);
    const retry = { kind: 'retry', at: bench.clock.now() + 300_000 } as const;
    await bench.settle(webhook, [bench.tried(work.due[1]!, { disposition: retry })], {
      breaker: bench.openBreaker(1000),
    });
    await bench.take(webhook);
    bench.clock.advance(100_000);
    await bench.store.deliveries.redeliver(`${work.due[0]!.eventId}.${webhook.id}`);
    const next = await bench.takeWork(webhook, 'run-2');
    expect(next.lapsed).toEqual([]);
    expect(next.due).toMatchObject([
      { eventId: work.due[0]!.eventId, tries: 1, charged: 0, scheduledFrom: bench.clock.now() },
    ]);
  });
});

test('Times cross from Redis to a worker whose clock is an hour off as distances', async () => {
  const store = bench.open();
  const webhook = await bench.webhook();
  const skewed = Date.now() + 3_600_000;
  await store.dispatch([bench.event({ acceptedAt: Date.now() }), bench.event({ acceptedAt: Date.now() })]);
  const ask = { webhookId: webhook.id, run: 'r', limit: 1, now: skewed };
  const work = await store.lanes.take(ask);
  if (work.kind !== 'work') throw new Error(work.kind);
  const breaker = { ...bench.openBreaker(0), since: skewed - 6000, probeAt: skewed + 5000 };
  const settlement = bench.tried(work.due[0]!, { disposition: { kind: 'retry', at: skewed + 500 } });
  await store.lanes.settle({
    webhookId: webhook.id,
    run: 'r',
    settlements: [settlement],
    breaker,
    now: skewed,
  });
  expect(Number(await bench.raw.hget(`{h0}:state:${webhook.id}`, 'bp'))).toBeLessThan(Date.now() + 6000);
  const idle = await store.lanes.take(ask);
  if (idle.kind !== 'idle') throw new Error(idle.kind);
  expect(Math.abs((idle.nextDueAt ?? 0) - (skewed + 5000))).toBeLessThan(4000);
  await bench.raw.hset(`{h0}:state:${webhook.id}`, 'bp', Date.now() - 1);
  const probe = await store.lanes.take({ ...ask, now: skewed });
  if (probe.kind !== 'work') throw new Error(probe.kind);
  expect(Math.abs(probe.breaker.since - (skewed - 6000))).toBeLessThan(4000);
});
