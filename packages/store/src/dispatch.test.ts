import { describe, expect, test } from '@jest/globals';
import type { AcceptedEvent } from '@hooklane/core';
import { SCOPE, useStore } from '../fixtures/store-bench.ts';

const bench = useStore();

async function owed(webhookId: string): Promise<number> {
  return bench.raw.zcard(`{h0}:lane:${webhookId}`);
}

describe('Dispatch is idempotent by event id', () => {
  test('across calls', async () => {
    const webhook = await bench.webhook();
    const event = bench.event();
    expect((await bench.store.dispatch([event])).results).toEqual([{ deliveries: 1 }]);
    await bench.finish(webhook);
    const again = await bench.store.dispatch([event]);
    expect(again).toEqual({ results: [{ none: 'duplicate' }], wakes: [] });
    expect(await owed(webhook.id)).toBe(0);
  });

  test('inside one batch, where the first one counts', async () => {
    const webhook = await bench.webhook();
    const event = bench.event({ body: '{"first":true}' });
    const { results } = await bench.store.dispatch([event, { ...event, body: '{"first":false}' }]);
    expect(results).toEqual([{ deliveries: 1 }, { none: 'duplicate' }]);
    expect(await owed(webhook.id)).toBe(1);
    expect((await bench.store.deliveries.getEvent(event.id))?.event.body).toBe('{"first":true}');
  });

  test('and tells a repeat from another event with the same id', async () => {
    await bench.webhook();
    const [first] = await bench.emit(1);
    const other = { kind: 'application', name: 'another' } as const;
    const { results } = await bench.store.dispatch([
      bench.event({ id: first?.id ?? '' }),
      bench.event({ id: first?.id ?? '', scope: other }),
      bench.event({ id: first?.id ?? '', account: 'somebody' }),
    ]);
    expect(results).toEqual([{ none: 'duplicate' }, { none: 'id_taken' }, { none: 'id_taken' }]);
  });

  test('after a part of the batch was dispatched and partly delivered', async () => {
    const webhook = await bench.webhook();
    const events = Array.from({ length: 10 }, () => bench.event());
    await bench.store.dispatch(events.slice(0, 4));
    await bench.finish(webhook);
    const { results } = await bench.store.dispatch(events);
    expect(results.filter((result) => 'none' in result)).toHaveLength(4);
    expect(await owed(webhook.id)).toBe(6);
  });

  test('an event that matched nobody stays a fact: a later webhook does not hear of it', async () => {
    const event = bench.event();
    await bench.store.webhooks.setScopeEnabled('jdoe', SCOPE, true);
    expect((await bench.store.dispatch([event])).results).toEqual([{ none: 'no_matching_webhook' }]);
    const webhook = await bench.webhook();
    expect((await bench.store.dispatch([event])).results).toEqual([{ none: 'duplicate' }]);
    expect(await owed(webhook.id)).toBe(0);
  });
});

describe('An event that goes to nobody says why', () => {
  test('the master switch is off', async () => {
    const webhook = await bench.webhook();
    await bench.store.webhooks.setScopeEnabled('jdoe', SCOPE, false);
    const [event] = await bench.emit();
    const record = await bench.store.deliveries.getEvent(event!.id);
    expect(record).toMatchObject({ unmatched: 'scope_disabled', deliveries: [] });
    expect(await owed(webhook.id)).toBe(0);
  });

  test('a scope that nobody configured is off', async () => {
    const [event] = await bench.emit();
    expect((await bench.store.deliveries.getEvent(event!.id))?.unmatched).toBe('scope_disabled');
  });

  test('no webhook for this type, or only a disabled one', async () => {
    await bench.webhook({ event: 'build.started' });
    await bench.webhook({ enabled: false });
    const [event] = await bench.emit();
    expect((await bench.store.deliveries.getEvent(event!.id))?.unmatched).toBe('no_matching_webhook');
  });
});

test('The index of a scope keeps itself short, also of one that nobody configured', async () => {
  const scope = { kind: 'application', name: 'nobody' } as const;
  await bench.emit(3, { scope });
  const key = '{h0}:index:jdoe:application:nobody';
  expect(await bench.raw.pttl(key)).toBeGreaterThan(0);
  bench.clock.advance(8 * 86_400_000);
  await bench.emit(1, { scope });
  expect(await bench.raw.zcard(key)).toBe(1);
});

test('The index of a scope in use keeps itself short once an hour, and goes when nothing comes any more', async () => {
  const webhook = await bench.webhook();
  const key = `{h0}:index:jdoe:application:${webhook.scope.name.toLowerCase()}`;
  await bench.emit(3);
  const ttl = await bench.raw.pttl(key);
  expect(ttl).toBeGreaterThan(7 * 86_400_000);
  bench.clock.advance(1_800_000);
  await bench.emit(1);
  expect(await bench.raw.pttl(key)).toBeLessThanOrEqual(ttl);
  bench.clock.advance(8 * 86_400_000);
  await bench.emit(1);
  expect(await bench.raw.zcard(key)).toBe(1);
});

test('Events are due in the order of their acceptance, also those that come late, and a clock that is ahead makes none wait', async () => {
  const webhook = await bench.webhook();
  const now = bench.clock.now();
  const [old] = await bench.emit(1, { acceptedAt: now - 3_600_000 });
  const [early] = await bench.emit(1, { acceptedAt: now + 3_600_000 });
  const { due } = await bench.takeWork(webhook);
  expect(due.map(({ eventId }) => eventId)).toEqual([old?.id, early?.id]);
});

test('Events of one millisecond are due in the order of their producer, whatever their ids are and however old they are', async () => {
  const webhook = await bench.webhook();
  const now = bench.clock.now();
  const ages = [40 * 86_400_000, 3_600_000, 1, 0];
  const emitted: string[] = [];
  const batches: AcceptedEvent[][] = [];
  for (const age of ages) {
    const named = Array.from({ length: 8 }, (_, i) => {
      const id = `build-${age}-${12 - i}`;
      emitted.push(id);
      return bench.event({ id, acceptedAt: now - age, ...(i > 0 ? { order: i } : {}) });
    });
    batches.push(named.slice(0, 5), named.slice(5));
  }
  // Whichever comes first.
  for (const batch of batches.toReversed()) await bench.store.dispatch(batch);
  const { due } = await bench.takeWork(webhook);
  expect(due.map(({ eventId }) => eventId)).toEqual(emitted);
});

test('Events of a producer whose clock is ahead are due at once, in the order in which they come', async () => {
  const webhook = await bench.webhook();
  const now = bench.clock.now();
  const event = (id: string, ahead: number, order: number) =>
    bench.event({ id, acceptedAt: now + ahead, order });
  await bench.store.dispatch([event('d', 0, 9), event('c', 1, 0), event('b', 7, 3)]);
  await bench.store.dispatch([event('a', 7, 4)]);
  bench.clock.advance(2);
  await bench.store.dispatch([event('0', 7, 5)]);
  const { due } = await bench.takeWork(webhook);
  expect(due.map(({ eventId }) => eventId)).toEqual(['d', 'c', 'b', 'a', '0']);
});

describe('Matching', () => {
  test.each([
    ['MyApp', 'myapp'],
    ['ÄRGER & Söhne', 'ärger & söhne'],
    ['a:b:c', 'A:B:C'],
  ])('takes %s and %s for one scope, and keeps the case of the event', async (given, spelled) => {
    const webhook = await bench.webhook({
      account: 'JDoe',
      scope: { kind: 'application', name: given },
    });
    const [event] = await bench.emit(1, { scope: { kind: 'application', name: spelled } });
    expect(await owed(webhook.id)).toBe(1);
    const record = await bench.store.deliveries.getEvent(event!.id);
    expect(record?.event.scope.name).toBe(spelled);
    expect(record?.event).toEqual(event);
  });

  test('keeps kinds, accounts and types apart', async () => {
    const webhook = await bench.webhook();
    await bench.emit(1, { account: 'other' });
    await bench.emit(1, { scope: { kind: 'environment', name: 'shop' }, type: 'deploy.finished' });
    await bench.emit(1, { type: 'build.started' });
    expect(await owed(webhook.id)).toBe(0);
  });

  test('brings a coalesced batch of 32 with several scopes to every webhook, bodies untouched', async () => {
    const shop = [await bench.webhook(), await bench.webhook()];
    const blog = await bench.webhook({ scope: { kind: 'application', name: 'blog' } });
    const events = Array.from({ length: 32 }, (_, i) =>
      bench.event({
        scope: { kind: 'application', name: i % 2 === 0 ? 'shop' : 'blog' },
        body: JSON.stringify({ i, text: 'ü\u0000"\\' }),
      }),
    );
    const { results, wakes } = await bench.store.dispatch(events);
    expect(results.map((result) => ('deliveries' in result ? result.deliveries : -1))).toEqual(
      events.map((_, i) => (i % 2 === 0 ? 2 : 1)),
    );
    expect(wakes.map(({ webhookId }) => webhookId).toSorted()).toEqual(
      [...shop.map(({ id }) => id), blog.id].toSorted(),
    );
    const { due } = await bench.takeWork(blog);
    const sent = new Map(events.map(({ id, body }) => [id, body]));
    expect(due).toHaveLength(16);
    for (const { eventId, body } of due) expect(String(body)).toBe(sent.get(eventId));
  });

  test('one event reaches a thousand webhooks of one scope; one more is refused', async () => {
    await Promise.all(Array.from({ length: 1000 }, () => bench.webhook()));
    await expect(bench.webhook()).rejects.toMatchObject({
      code: 'too_many_webhooks',
      message: expect.stringContaining('1000'),
    });
    const { results, wakes } = await bench.store.dispatch([bench.event()]);
    expect(results).toEqual([{ deliveries: 1000 }]);
    expect(wakes).toHaveLength(1000);
  });
});

test('A test send goes to its webhook alone, before all others, also while the scope is off', async () => {
  const webhook = await bench.webhook();
  const other = await bench.webhook();
  await bench.emit(3);
  await bench.store.webhooks.setScopeEnabled('jdoe', SCOPE, false);
  const event = bench.event();
  const { deliveryId } = await bench.store.deliveries.sendTest(webhook, event);
  expect(deliveryId).toBe(`${event.id}.${webhook.id}`);
  expect(await owed(other.id)).toBe(3);
  const { due } = await bench.takeWork(webhook, 'run-1', 1);
  expect(due[0]?.eventId).toBe(event.id);
});

test('Of a batch too large for Redis nothing is stored, and it says so', async () => {
  const webhook = await bench.webhook();
  await bench.raw.config('SET', 'maxmemory', '1');
  try {
    await expect(bench.store.dispatch([bench.event()])).rejects.toMatchObject({ code: 'redis_unavailable' });
  } finally {
    await bench.raw.config('SET', 'maxmemory', '0');
  }
  expect(await owed(webhook.id)).toBe(0);
  expect(await bench.raw.zcard('{h0}:index')).toBe(0);
});
