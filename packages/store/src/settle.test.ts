import { describe, expect, test } from '@jest/globals';
import { CLOSED_BREAKER, type DueDelivery, type Webhook } from '@hooklane/core';
import { useStore } from '../fixtures/store-bench.ts';

const bench = useStore();
const DEAD = { kind: 'dead', reason: 'exhausted' } as const;
const later = (ms: number) => ({ kind: 'retry', at: bench.clock.now() + ms }) as const;

async function begin(): Promise<{ webhook: Webhook; due: DueDelivery; id: string }> {
  const webhook = await bench.webhook();
  await bench.emit();
  const due = (await bench.takeWork(webhook)).due[0]!;
  return { webhook, due, id: `${due.eventId}.${webhook.id}` };
}

async function stateOf(id: string) {
  const found = await bench.store.deliveries.getDelivery(id);
  if (!found) throw new Error(`${id} is unknown`);
  return found;
}

const inLane = (webhook: Webhook): Promise<number> => bench.raw.zcard(`{h0}:lane:${webhook.id}`);

describe('A settled try', () => {
  test('delivered: leaves the lane; its one attempt costs no list', async () => {
    const { webhook, due, id } = await begin();
    await bench.settle(webhook, [bench.tried(due, { statusCode: 204 })]);
    const { delivery, attempts } = await stateOf(id);
    expect(delivery).toMatchObject({
      status: 'delivered',
      reason: null,
      nextAttemptAt: null,
      attemptCount: 1,
      lastStatusCode: 204,
      lastOutcome: 'ok',
    });
    expect(attempts).toMatchObject([{ number: 1, outcome: 'ok', statusCode: 204, durationMs: 12 }]);
    expect(await bench.raw.exists(`{h0}:tries:${id}`)).toBe(0);
    expect(await inLane(webhook)).toBe(0);
  });

  test('retry: due at its time, with the answer in the history', async () => {
    const { webhook, due, id } = await begin();
    const response = { headers: { a: 'b' }, body: 'broken', truncated: false };
    await bench.settle(webhook, [bench.tried(due, { disposition: later(5000), response })]);
    const { delivery, attempts } = await stateOf(id);
    expect(delivery).toMatchObject({ status: 'retrying', nextAttemptAt: bench.clock.now() + 5000 });
    expect(attempts).toMatchObject([{ number: 1, outcome: 'rejected', response }]);
    bench.clock.advance(4999);
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle' });
    bench.clock.advance(1);
    expect((await bench.takeWork(webhook)).due).toMatchObject([{ tries: 1, charged: 1 }]);
  });

  test('retry without charge keeps the schedule where it was', async () => {
    const { webhook, due } = await begin();
    const lost = { disposition: later(0), charged: false, outcome: 'interrupted', statusCode: null } as const;
    await bench.settle(webhook, [bench.tried(due, lost)]);
    expect((await bench.takeWork(webhook)).due).toMatchObject([{ tries: 1, charged: 0 }]);
  });

  test.each(['exhausted', 'gone', 'blocked'] as const)(
    'dead (%s): becomes an open letter',
    async (reason) => {
      const { webhook, due, id } = await begin();
      await bench.settle(webhook, [bench.tried(due, { disposition: { kind: 'dead', reason } })]);
      expect((await stateOf(id)).delivery).toMatchObject({ status: 'dead', reason, nextAttemptAt: null });
      expect(await bench.raw.zrange('{h0}:dead', '0', '-1')).toEqual([id]);
      expect(await inLane(webhook)).toBe(0);
    },
  );

  test('without a request (a bug of ours): goes back, and what is known of the last try stays', async () => {
    const { webhook, due, id } = await begin();
    await bench.settle(webhook, [bench.tried(due, { disposition: later(0), statusCode: 503 })]);
    const again = (await bench.takeWork(webhook)).due[0]!;
    await bench.settle(webhook, [
      { delivery: again, attempt: null, charged: false, disposition: later(30_000) },
    ]);
    expect((await stateOf(id)).delivery).toMatchObject({
      status: 'retrying',
      attemptCount: 1,
      lastStatusCode: 503,
      nextAttemptAt: bench.clock.now() + 30_000,
    });
    bench.clock.advance(30_000);
    expect((await bench.takeWork(webhook)).due).toMatchObject([{ tries: 1, charged: 1 }]);
  });

  test('without a request, never tried before: is pending as it was, and counts as no failure', async () => {
    const { webhook, due, id } = await begin();
    const handedBack = { delivery: due, attempt: null, charged: false, disposition: later(0) } as const;
    await bench.settle(webhook, [handedBack]);
    expect((await stateOf(id)).delivery).toMatchObject({ status: 'pending', attemptCount: 0 });
    const failed = async (): Promise<number> =>
      (await bench.store.operations.readRates(2)).reduce((sum, minute) => sum + minute.failed, 0);
    expect(await failed()).toBe(0);
    const again = (await bench.takeWork(webhook)).due[0]!;
    expect(again).toMatchObject({ eventId: due.eventId, tries: 0, charged: 0 });
    await bench.settle(webhook, [bench.tried(again, { disposition: later(0) })]);
    expect(await failed()).toBe(1);
  });

  test('of an event that retention has taken is no error', async () => {
    const { webhook, due } = await begin();
    await bench.raw.del(`{h0}:event:${due.eventId}`);
    expect(await bench.settle(webhook, [bench.tried(due, { disposition: later(1) })])).toMatchObject({
      owner: true,
    });
    expect(await inLane(webhook)).toBe(0);
    expect(await bench.raw.exists(`{h0}:event:${due.eventId}`)).toBe(0);
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle', nextDueAt: null });
  });
});

describe('While a delivery is being tried', () => {
  test('there is no next attempt to show, in no list', async () => {
    const { webhook, id, due } = await begin();
    expect((await stateOf(id)).delivery).toMatchObject({ status: 'pending', nextAttemptAt: null });
    const record = await bench.store.deliveries.getEvent(due.eventId);
    expect(record?.deliveries).toMatchObject([{ nextAttemptAt: null }]);
    const page = await bench.store.deliveries.findDeliveries({}, { cursor: null, limit: 10 });
    expect(page.items).toMatchObject([{ id, nextAttemptAt: null }]);
    await bench.settle(webhook, [bench.tried(due, { disposition: later(1000) })]);
    const at = bench.clock.now() + 1000;
    expect((await stateOf(id)).delivery.nextAttemptAt).toBe(at);
    const after = await bench.store.deliveries.findDeliveries({}, { cursor: null, limit: 10 });
    expect(after.items).toMatchObject([{ nextAttemptAt: at }]);
  });
});

describe('A run that lost its lane', () => {
  test('may still deliver', async () => {
    const { webhook, due, id } = await begin();
    bench.clock.advance(9000);
    await bench.takeWork(webhook, 'run-2');
    expect(await bench.settle(webhook, [bench.tried(due)])).toMatchObject({ owner: false });
    expect((await stateOf(id)).delivery.status).toBe('delivered');
    expect(await inLane(webhook)).toBe(0);
  });

  test('may not re-schedule, give up, nor move the breaker', async () => {
    const { webhook, due, id } = await begin();
    bench.clock.advance(9000);
    const { interrupted } = await bench.takeWork(webhook, 'run-2');
    const lane = await bench.raw.zscore(`{h0}:lane:${webhook.id}`, due.eventId);
    await bench.settle(webhook, [bench.tried(due, { disposition: later(1) })], {
      breaker: bench.openBreaker(60_000),
    });
    await bench.settle(webhook, [bench.tried(due, { disposition: DEAD })]);
    expect(await bench.raw.zscore(`{h0}:lane:${webhook.id}`, due.eventId)).toBe(lane);
    expect(await bench.raw.hget(`{h0}:state:${webhook.id}`, 'bs')).toBeNull();
    expect(await bench.raw.zcard('{h0}:dead')).toBe(0);
    const lost = { disposition: later(0), charged: false, outcome: 'interrupted', statusCode: null } as const;
    await bench.settle(webhook, [bench.tried(interrupted[0]!, lost)], { run: 'run-2' });
    expect((await bench.takeWork(webhook, 'run-2')).due).toHaveLength(1);
    expect((await stateOf(id)).delivery.status).toBe('retrying');
  });

  test('resolves a dead letter when it did deliver after all', async () => {
    const { webhook, due, id } = await begin();
    bench.clock.advance(9000);
    const { interrupted } = await bench.takeWork(webhook, 'run-2');
    await bench.settle(webhook, [bench.tried(interrupted[0]!, { disposition: DEAD })], { run: 'run-2' });
    await bench.settle(webhook, [bench.tried(due)]);
    const { delivery, attempts } = await stateOf(id);
    expect(delivery).toMatchObject({ status: 'delivered', reason: null });
    expect(await bench.raw.zcard('{h0}:dead')).toBe(0);
    expect(await bench.raw.pttl(`{h0}:event:${due.eventId}`)).toBeGreaterThan(0);
    // Both tries had the number 1, and both are told.
    expect(attempts.map(({ outcome }) => outcome).toSorted()).toEqual(['ok', 'rejected']);
  });
});

describe('The same settle twice, as after a lost connection', () => {
  test.each([
    ['a success', { disposition: { kind: 'delivered' } as const }],
    ['a failure', { disposition: { kind: 'retry', at: 1_800_000_000_000 } as const }],
    ['a dead letter', { disposition: DEAD }],
  ])('writes %s once', async (_, result) => {
    const { webhook, due, id } = await begin();
    const settlement = bench.tried(due, result);
    await bench.settle(webhook, [settlement]);
    const before = await stateOf(id);
    await bench.settle(webhook, [settlement]);
    expect(await stateOf(id)).toEqual(before);
    expect(before.attempts).toHaveLength(1);
    expect(await bench.raw.xlen(`{h0}:log:${webhook.id}`)).toBe(1);
    expect(Number(await bench.raw.hget(`{h0}:event:${due.eventId}`, 'dl'))).toBe(
      result.disposition.kind === 'dead' ? 1 : 0,
    );
  });

  test('does not take a delivery back that is being tried again', async () => {
    const { webhook, due } = await begin();
    const settlement = bench.tried(due, { disposition: later(0) });
    await bench.settle(webhook, [settlement]);
    await bench.takeWork(webhook);
    const lease = await bench.raw.zscore(`{h0}:lane:${webhook.id}`, due.eventId);
    await bench.settle(webhook, [settlement]);
    expect(await bench.raw.zscore(`{h0}:lane:${webhook.id}`, due.eventId)).toBe(lease);
    expect(await bench.take(webhook)).toEqual({ kind: 'nothing_due' });
  });
});

describe('The breaker', () => {
  test('comes back as it was written', async () => {
    const { webhook, due } = await begin();
    await bench.emit();
    const breaker = { ...bench.openBreaker(5000), slow: true, window: 0 };
    await bench.settle(webhook, [bench.tried(due, { disposition: later(0) })], { breaker });
    expect(await bench.raw.smembers('{h0}:open-lanes')).toEqual([webhook.id]);
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle', pool: 'slow-lanes' });
    bench.clock.advance(5000);
    expect((await bench.takeWork(webhook)).breaker).toEqual(breaker);
  });

  test('closed again leaves no trace of the open time', async () => {
    const { webhook, due } = await begin();
    await bench.settle(webhook, [bench.tried(due, { disposition: later(5000) })], {
      breaker: bench.openBreaker(5000),
    });
    await bench.take(webhook);
    bench.clock.advance(5000);
    const probe = await bench.takeWork(webhook, 'run-2');
    await bench.settle(webhook, [bench.tried(probe.due[0]!)], { run: 'run-2', breaker: CLOSED_BREAKER });
    expect(await bench.raw.scard('{h0}:open-lanes')).toBe(0);
    await bench.emit();
    expect((await bench.takeWork(webhook, 'run-2')).breaker).toEqual(CLOSED_BREAKER);
  });
});

describe('Nothing grows without bound', () => {
  test('log, changes and history are capped', async () => {
    await bench.raw.set('{h0}:watched', '1');
    await bench.closeAll();
    bench.store = bench.openTimed({ logLength: 100 });
    const { webhook, due } = await begin();
    let tries = 0;
    for (let i = 0; i < 150; i++) {
      const results = Array.from({ length: 20 }, () =>
        bench.tried({ ...due, tries: tries++ }, { disposition: later(0) }),
      );
      await bench.settle(webhook, results);
    }
    // `~` trims whole nodes of 100 entries.
    expect(await bench.raw.xlen(`{h0}:log:${webhook.id}`)).toBeLessThanOrEqual(200);
    expect(await bench.raw.xlen('{h0}:changes')).toBeLessThanOrEqual(300);
    expect(await bench.raw.llen(`{h0}:tries:${due.eventId}.${webhook.id}`)).toBe(100);
  });
});

describe('Retention', () => {
  const DAY = 86_400_000;

  test('is extended for a retry that comes late, for event and history', async () => {
    await bench.closeAll();
    bench.store = bench.openTimed({ retentionMs: DAY });
    const { webhook, due, id } = await begin();
    const ttl = (key: string): Promise<number> => bench.raw.pttl(`{h0}:${key}`);
    expect(await ttl(`event:${due.eventId}`)).toBeLessThanOrEqual(DAY);
    await bench.settle(webhook, [bench.tried(due, { disposition: later(3 * DAY) })]);
    expect(await ttl(`event:${due.eventId}`)).toBeGreaterThan(3.9 * DAY);
    expect(await ttl(`tries:${id}`)).toBeGreaterThan(3.9 * DAY);
  });

  test('outlasts the schedule, whatever it is set to', async () => {
    await bench.closeAll();
    bench.store = bench.openTimed({ retentionMs: DAY, lapseMs: 5 * DAY });
    const { due } = await begin();
    expect(await bench.raw.pttl(`{h0}:event:${due.eventId}`)).toBeGreaterThan(5 * DAY);
  });

  test('waits while a dead letter is open, and for the late retry of another webhook after it', async () => {
    await bench.closeAll();
    bench.store = bench.openTimed({ retentionMs: DAY });
    const first = await bench.webhook();
    const second = await bench.webhook();
    const [event] = await bench.emit();
    const key = `{h0}:event:${event!.id}`;
    await bench.die(first);
    expect(await bench.raw.pttl(key)).toBe(-1);
    expect(await bench.raw.pttl(`{h0}:tries:${event!.id}.${first.id}`)).toBe(-1);
    await bench.finish(second, { disposition: later(3 * DAY) });
    expect(await bench.raw.pttl(key)).toBe(-1);
    await bench.store.deliveries.discard([`${event!.id}.${first.id}`]);
    expect(await bench.raw.pttl(key)).toBeGreaterThan(3.9 * DAY);
    expect(await bench.raw.pttl(`{h0}:tries:${event!.id}.${first.id}`)).toBeGreaterThan(0);
  });
});
