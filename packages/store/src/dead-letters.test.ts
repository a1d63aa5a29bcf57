import { describe, expect, test } from '@jest/globals';
import type { Webhook } from '@hooklane/core';
import { useStore } from '../fixtures/store-bench.ts';

const bench = useStore();
const DEAD = { kind: 'dead', reason: 'exhausted' } as const;

const openLetters = (): Promise<string[]> => bench.raw.zrange('{h0}:dead', '0', '-1');

/** A webhook with that many open letters, all of which died in the same millisecond. */
async function withLetters(count: number): Promise<{ webhook: Webhook; ids: string[] }> {
  const webhook = await bench.webhook({ maxInFlight: 256 });
  const ids: string[] = [];
  for (let left = count; left > 0; left -= 100) {
    const events = await bench.emit(Math.min(left, 100));
    ids.push(...events.map(({ id }) => `${id}.${webhook.id}`));
  }
  await bench.die(webhook);
  bench.clock.advance(1000);
  return { webhook, ids };
}

async function look(id: string) {
  return (await bench.store.deliveries.getDelivery(id))!;
}

describe('Redeliver', () => {
  test('puts a dead delivery first in line with a fresh schedule, and resolves its letter', async () => {
    const { webhook, ids } = await withLetters(1);
    const [id] = ids as [string];
    await bench.emit(3);
    expect(await bench.store.deliveries.redeliver(id)).toMatchObject({ kind: 'queued' });
    expect(await openLetters()).toEqual([]);
    expect((await look(id)).delivery).toMatchObject({ status: 'pending', reason: null, attemptCount: 1 });
    const { due } = await bench.takeWork(webhook, 'run-2', 1);
    expect(due).toMatchObject([{ tries: 1, charged: 0, scheduledFrom: bench.clock.now() }]);
    expect(`${due[0]!.eventId}.${webhook.id}`).toBe(id);
  });

  test('wakes a sleeping lane, and says what cannot be done', async () => {
    const { webhook, ids } = await withLetters(2);
    const { deliveries } = bench.store;
    const queued = await deliveries.redeliver(ids[0]!);
    expect(queued).toEqual({
      kind: 'queued',
      wakes: [{ webhookId: webhook.id, pool: 'lanes', at: 0, mark: expect.any(String) }],
    });
    expect(await deliveries.redeliver(ids[0]!)).toEqual({ kind: 'in_progress' });
    for (const id of ['nonsense', 'a.b.c', '', `evt_x.${webhook.id}`, `${ids[0]!.split('.')[0]}.wh_x`]) {
      expect(await deliveries.redeliver(id)).toEqual({ kind: 'missing' });
    }
    expect((await deliveries.redeliverMany(['nonsense', ids[1]!])).results).toEqual(['missing', 'queued']);
    await bench.finish(webhook, { disposition: DEAD }, 'run-2');
    await bench.store.webhooks.deleteWebhook(webhook.id);
    expect(await deliveries.redeliver(ids[0]!)).toEqual({ kind: 'webhook_missing' });
  });

  test('is kept as long as a new event from then on', async () => {
    const webhook = await bench.webhook();
    const [event] = await bench.emit(1);
    const id = `${event?.id}.${webhook.id}`;
    await bench.finish(webhook, {});
    await bench.raw.pexpire(`{h0}:event:${event?.id}`, 4000);
    expect(await bench.store.deliveries.redeliver(id)).toMatchObject({ kind: 'queued' });
    expect(await bench.raw.pttl(`{h0}:event:${event?.id}`)).toBeGreaterThan(86_400_000);
  });

  test('makes an open lane probe at once', async () => {
    const webhook = await bench.webhook();
    await bench.emit(2);
    const { due } = await bench.takeWork(webhook);
    await bench.settle(
      webhook,
      due.map((one, i) =>
        bench.tried(one, { disposition: i === 0 ? DEAD : { kind: 'retry', at: bench.clock.now() } }),
      ),
      { breaker: bench.openBreaker(300_000) },
    );
    await bench.take(webhook);
    const { kind } = await bench.store.deliveries.redeliver(`${due[0]!.eventId}.${webhook.id}`);
    expect(kind).toBe('queued');
    const probe = await bench.takeWork(webhook, 'run-2');
    expect(probe.due.map(({ eventId }) => eventId)).toEqual([due[0]!.eventId]);
  });

  test('of a delivered one keeps the old success in the history, before what comes now', async () => {
    const webhook = await bench.webhook();
    const [event] = await bench.emit();
    await bench.finish(webhook, { statusCode: 204 });
    const id = `${event!.id}.${webhook.id}`;
    const firstAt = bench.clock.now();
    for (const statusCode of [201, 202]) {
      bench.clock.advance(1000);
      expect(await bench.store.deliveries.redeliver(id)).toMatchObject({ kind: 'queued' });
      await bench.finish(webhook, { statusCode });
    }
    const { delivery, attempts } = await look(id);
    expect(delivery).toMatchObject({ status: 'delivered', attemptCount: 3, lastStatusCode: 202 });
    expect(attempts.map(({ number, statusCode, startedAt }) => [number, statusCode, startedAt])).toEqual([
      [1, 204, firstAt],
      [2, 201, firstAt + 1000],
      [3, 202, firstAt + 2000],
    ]);
    expect(await bench.store.deliveries.getAttempts([id, 'unknown', `evt_x.${webhook.id}`])).toEqual([
      attempts,
      [],
      [],
    ]);
  });

  test('waits in the lane of a disabled webhook', async () => {
    const { webhook, ids } = await withLetters(1);
    await bench.store.webhooks.updateWebhook(webhook.id, { enabled: false });
    expect(await bench.store.deliveries.redeliver(ids[0]!)).toEqual({ kind: 'queued', wakes: [] });
    expect(await bench.take(webhook)).toEqual({ kind: 'paused' });
    await bench.store.webhooks.updateWebhook(webhook.id, { enabled: true });
    expect((await bench.takeWork(webhook)).due).toHaveLength(1);
  });
});

describe('Discard', () => {
  test('closes letters without sending them, and is harmless when repeated', async () => {
    const { webhook, ids } = await withLetters(3);
    expect(await bench.store.deliveries.discard([ids[0]!, ids[1]!, 'nonsense', 'evt_x.wh_x'])).toBe(2);
    expect(await bench.store.deliveries.discard([ids[0]!])).toBe(0);
    expect(await openLetters()).toEqual([ids[2]]);
    expect((await look(ids[0]!)).delivery).toMatchObject({
      status: 'dead',
      reason: 'discarded',
      lastStatusCode: 500,
    });
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle', nextDueAt: null });
  });

  test('leaves a delivery that is not dead alone', async () => {
    const webhook = await bench.webhook();
    const [event] = await bench.emit();
    expect(await bench.store.deliveries.discard([`${event!.id}.${webhook.id}`])).toBe(0);
    expect((await look(`${event!.id}.${webhook.id}`)).delivery.status).toBe('pending');
  });
});

describe('An event with an open letter', () => {
  test('never expires, and does once its last letter is resolved', async () => {
    const hooks = [await bench.webhook(), await bench.webhook()];
    const [event] = await bench.emit();
    for (const webhook of hooks) await bench.die(webhook);
    const ttl = (): Promise<number> => bench.raw.pttl(`{h0}:event:${event!.id}`);
    expect(await ttl()).toBe(-1);
    await bench.store.deliveries.discard([`${event!.id}.${hooks[0]!.id}`]);
    expect(await ttl()).toBe(-1);
    await bench.store.deliveries.redeliver(`${event!.id}.${hooks[1]!.id}`);
    expect(await ttl()).toBeGreaterThan(0);
    await bench.die(hooks[1]!);
    expect(await ttl()).toBe(-1);
  });
});

describe('A bulk action', () => {
  async function run(id: string): Promise<{ steps: number; resolved: string[]; woken: Set<string> }> {
    const resolved: string[] = [];
    const woken = new Set<string>();
    for (let steps = 1; steps <= 50; steps++) {
      const step = await bench.store.redrives.stepRedrive(id, steps === 1);
      resolved.push(...step.resolved);
      for (const { webhookId } of step.wakes) woken.add(webhookId);
      if (step.finished) return { steps, resolved, woken };
    }
    throw new Error('it does not end');
  }

  test('redrives every letter once, step by step, though all died in the same millisecond', async () => {
    const { webhook, ids } = await withLetters(650);
    const job = await bench.store.redrives.createRedrive({ action: 'redrive', filter: {}, matched: 650 });
    expect(job).toMatchObject({ state: 'waiting', done: 0 });
    const { steps, resolved, woken } = await run(job.id);
    expect(steps).toBeGreaterThan(2);
    expect(resolved.toSorted()).toEqual(ids.toSorted());
    expect([...woken]).toEqual([webhook.id]);
    expect(await openLetters()).toEqual([]);
    expect(await bench.store.redrives.getRedrive(job.id)).toMatchObject({
      state: 'done',
      done: 650,
      finishedAt: bench.clock.now(),
    });
    expect(await bench.finish(webhook, {}, 'run-2')).toHaveLength(650);
  });

  test('discards what matches its filter and nothing else', async () => {
    const one = await withLetters(5);
    const other = await withLetters(5);
    const filter = { webhook: one.webhook.id };
    const job = await bench.store.redrives.createRedrive({ action: 'discard', filter, matched: 5 });
    expect((await run(job.id)).resolved.toSorted()).toEqual(one.ids.toSorted());
    expect(await bench.store.redrives.getRedrive(job.id)).toMatchObject({ done: 5 });
    expect((await openLetters()).toSorted()).toEqual(other.ids.toSorted());
  });

  test('may be repeated from any step after a crash: nothing is done twice, the rest is done', async () => {
    const { webhook, ids } = await withLetters(450);
    const job = await bench.store.redrives.createRedrive({ action: 'redrive', filter: {}, matched: 450 });
    await bench.store.redrives.stepRedrive(job.id);
    // The process died in its second step, before it wrote how far it was, and took no letter out of the queue.
    const step = (await openLetters()).slice(0, 200);
    await bench.raw.hset(`{h0}:redrive:${job.id}`, 'step', JSON.stringify(step));
    await bench.store.deliveries.redeliverMany(step, false, job.id);
    const { resolved } = await run(job.id);
    expect(resolved.slice(0, 200)).toEqual(step);
    expect(resolved).toHaveLength(250);
    // It died after its last step: those letters are told once more, and no others.
    expect((await run(job.id)).resolved).toEqual(resolved.slice(200));
    expect((await bench.store.redrives.stepRedrive(job.id)).resolved).toEqual([]);
    expect(await bench.store.redrives.getRedrive(job.id)).toMatchObject({ state: 'done', done: 450 });
    expect(await openLetters()).toEqual([]);
    const sent = await bench.finish(webhook, {}, 'run-2');
    expect(sent.map(({ eventId }) => `${eventId}.${webhook.id}`).toSorted()).toEqual(ids.toSorted());
  });

  test('leaves letters alone that died after it was asked for', async () => {
    const { webhook } = await withLetters(2);
    const job = await bench.store.redrives.createRedrive({ action: 'redrive', filter: {}, matched: 2 });
    bench.clock.advance(1000);
    await bench.emit();
    await bench.die(webhook);
    expect((await run(job.id)).resolved).toHaveLength(2);
    expect(await openLetters()).toHaveLength(1);
  });

  test('passes over letters of a deleted webhook, and ends', async () => {
    const { webhook } = await withLetters(2);
    await bench.store.webhooks.deleteWebhook(webhook.id);
    const job = await bench.store.redrives.createRedrive({ action: 'redrive', filter: {}, matched: 2 });
    expect((await run(job.id)).resolved).toEqual([]);
    expect(await openLetters()).toHaveLength(2);
  });

  test('that is unknown or done does nothing', async () => {
    expect(await bench.store.redrives.stepRedrive('rd_x')).toEqual({
      action: null,
      wakes: [],
      resolved: [],
      finished: true,
    });
    expect(await bench.store.redrives.getRedrive('rd_x')).toBeNull();
  });

  test('is counted before it begins, up to a bound', async () => {
    await withLetters(30);
    expect(await bench.store.deliveries.countDeadLetters({}, 1000)).toBe(30);
    expect(await bench.store.deliveries.countDeadLetters({}, 10)).toBe(10);
    expect(await bench.store.deliveries.countDeadLetters({ account: 'nobody' }, 1000)).toBe(0);
  });
});
