import { describe, expect, test } from '@jest/globals';
import type { Delivery, DeliveryStatus, EventType, Webhook } from '@hooklane/core';
import { useStore } from '../fixtures/store-bench.ts';
import type { DeliveryFilter, DeliveryPage } from './search.ts';

const bench = useStore();

type Find = (filter: DeliveryFilter, page: { cursor: string | null; limit: number }) => Promise<DeliveryPage>;
const deliveries: Find = (filter, page) => bench.store.deliveries.findDeliveries(filter, page);
const letters: Find = (filter, page) => bench.store.deliveries.findDeadLetters(filter, page);

async function all(find: Find, filter: DeliveryFilter, limit: number): Promise<Delivery[]> {
  const items: Delivery[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 500; pages++) {
    const page: DeliveryPage = await find(filter, { cursor, limit });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    cursor = page.next;
    if (cursor === null) return items;
  }
  throw new Error('the list does not end');
}

/** Deliveries of many kinds: two accounts, two kinds of scope, two types, every status, several codes and times. */
async function mixed(): Promise<void> {
  const hooks: Webhook[] = [];
  const add = async (
    account: string,
    kind: 'application' | 'environment',
    name: string,
    event: EventType,
  ) => {
    hooks.push(await bench.webhook({ account, scope: { kind, name }, event }));
  };
  await add('jdoe', 'application', 'Shop', 'build.started');
  await add('jdoe', 'application', 'Shop', 'build.finished');
  await add('jdoe', 'application', 'Ärger', 'build.finished');
  await add('jdoe', 'environment', 'shop', 'deploy.finished');
  await add('ACME', 'application', 'shop', 'build.finished');
  const ends = [
    { disposition: { kind: 'delivered' }, statusCode: 200 },
    { disposition: { kind: 'dead', reason: 'exhausted' }, statusCode: 500 },
    { disposition: { kind: 'retry', at: bench.clock.now() + 3_600_000 }, statusCode: 404 },
    null,
  ] as const;
  for (const end of ends) {
    for (const webhook of hooks) {
      bench.clock.advance(1000);
      const { account, event, scope } = webhook;
      await bench.emit(1, { account, type: event, scope: { ...scope, name: scope.name.toUpperCase() } });
      if (end) await bench.finish(webhook, end, `run-${webhook.id}`);
    }
  }
}

function matches(d: Delivery, f: DeliveryFilter): boolean {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  const inScope = (kind: string, name: string | undefined): boolean =>
    name === undefined || (d.scope.kind === kind && same(d.scope.name, name));
  return (
    (f.account === undefined || same(d.account, f.account)) &&
    inScope('application', f.application) &&
    inScope('environment', f.environment) &&
    (f.webhook === undefined || d.webhookId === f.webhook) &&
    (f.event === undefined || d.event === f.event) &&
    (f.status === undefined || d.status === f.status) &&
    (f.statusCode === undefined || d.lastStatusCode === f.statusCode) &&
    (f.since === undefined || d.createdAt >= f.since) &&
    (f.until === undefined || d.createdAt < f.until)
  );
}

describe('Filters', () => {
  test.each([
    ['deliveries', deliveries],
    ['dead letters', letters],
  ])('of %s: each alone and every pair gives exactly what matches, the newest first', async (name, find) => {
    await mixed();
    const everything = await all(find, {}, 100);
    expect(everything).toHaveLength(name === 'deliveries' ? 20 : 5);
    const middle = everything[Math.floor(everything.length / 2)]!.createdAt;
    const singles: DeliveryFilter[] = [
      { account: 'JDOE' },
      { account: 'acme' },
      { application: 'sHOP' },
      { application: 'äRGER' },
      { environment: 'SHOP' },
      { webhook: everything[0]!.webhookId },
      { webhook: 'wh_unknown' },
      { event: 'build.finished' },
      ...(['pending', 'retrying', 'delivered', 'dead'] as DeliveryStatus[]).map((status) => ({ status })),
      { statusCode: 500 },
      { statusCode: 404 },
      { since: middle },
      { until: middle },
    ];
    const filters = singles.flatMap((a, i) => [a, ...singles.slice(i + 1).map((b) => ({ ...a, ...b }))]);
    expect(filters.length).toBeGreaterThan(100);
    for (const filter of filters) {
      const found = await all(find, filter, 3);
      expect({ filter, ids: found.map(({ id }) => id) }).toEqual({
        filter,
        ids: everything.filter((delivery) => matches(delivery, filter)).map(({ id }) => id),
      });
    }
    // Each single filter but those that cannot match lets something through.
    const hits = await Promise.all(singles.map((filter) => all(find, filter, 100)));
    expect(hits.filter((found) => found.length > 0).length).toBeGreaterThanOrEqual(
      name === 'deliveries' ? 15 : 10,
    );
  });
});

describe('Paging', () => {
  test('has no gap and no repeat over many events of one millisecond', async () => {
    await bench.webhook();
    await bench.webhook();
    const events = [...(await bench.emit(30)), ...(await bench.emit(30))];
    for (const limit of [1, 7, 25, 119, 120, 500]) {
      const found = await all(deliveries, {}, limit);
      expect(new Set(found.map(({ id }) => id)).size).toBe(120);
      expect(found).toHaveLength(120);
    }
    expect(new Set((await all(deliveries, {}, 7)).map(({ eventId }) => eventId))).toEqual(
      new Set(events.map(({ id }) => id)),
    );
  });

  test('goes through a fan-out larger than the page', async () => {
    for (let i = 0; i < 25; i++) await bench.webhook();
    await bench.emit(3);
    const found = await all(deliveries, {}, 10);
    expect(found).toHaveLength(75);
    expect(new Set(found.map(({ id }) => id)).size).toBe(75);
  });

  test('keeps its place while new events come and old ones are pruned', async () => {
    await bench.webhook();
    const old = await bench.emit(10);
    const first = await deliveries({}, { cursor: null, limit: 4 });
    bench.clock.advance(1000);
    await bench.emit(5);
    const second = await deliveries({}, { cursor: first.next, limit: 100 });
    const ids = [...first.items, ...second.items].map(({ eventId }) => eventId);
    expect(ids.toSorted()).toEqual(old.map(({ id }) => id).toSorted());
    await bench.raw.del('{h0}:index');
    expect(await deliveries({}, { cursor: first.next, limit: 100 })).toEqual({ items: [], next: null });
  });

  test('of dead letters keeps its place while letters of the same millisecond are resolved', async () => {
    const webhook = await bench.webhook();
    const events = await bench.emit(20);
    await bench.die(webhook);
    const first = await letters({}, { cursor: null, limit: 8 });
    await bench.store.deliveries.discard(first.items.map(({ id }) => id));
    const second = await letters({}, { cursor: first.next, limit: 100 });
    expect([...first.items, ...second.items].map(({ eventId }) => eventId).toSorted()).toEqual(
      events.map(({ id }) => id).toSorted(),
    );
  });

  test('of a thousand at once is no trouble', async () => {
    for (let i = 0; i < 10; i++) await bench.webhook();
    for (let i = 0; i < 10; i++) await bench.emit(20);
    let count = 0;
    let cursor: string | null = null;
    // A slow machine may need several pages: each has its time.
    do {
      const page: DeliveryPage = await deliveries({}, { cursor, limit: 1500 });
      count += page.items.length;
      cursor = page.next;
    } while (cursor !== null && count < 1500);
    expect(count).toBeGreaterThanOrEqual(1500);
  });
});

describe('A cursor', () => {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  test.each([
    'garbage',
    '',
    '%%%',
    encode(null),
    encode({}),
    encode(['e']),
    encode(['e', 'x', 'y', 'z']),
    encode(['e', '1', 'y']),
    encode(['e', 1, 'y', '']),
    encode(['d', '1', 'y']),
    encode(['e', '+inf', 'y', '']),
  ])('that this list never gave is refused: %s', async (cursor) => {
    await expect(deliveries({}, { cursor, limit: 10 })).rejects.toMatchObject({
      code: 'invalid_cursor',
      field: 'cursor',
    });
  });

  test('of the other list is refused', async () => {
    const webhook = await bench.webhook();
    await bench.emit(3);
    await bench.die(webhook);
    const { next } = await deliveries({}, { cursor: null, limit: 1 });
    await expect(letters({}, { cursor: next, limit: 1 })).rejects.toMatchObject({ code: 'invalid_cursor' });
    const dead = await letters({}, { cursor: null, limit: 1 });
    await expect(deliveries({}, { cursor: dead.next, limit: 1 })).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
  });
});

test('A rare match among 20,000 deliveries is found, and no call holds Redis for long', async () => {
  for (let i = 0; i < 100; i++) await bench.webhook();
  const needle = await bench.webhook({ event: 'build.started' });
  await bench.emit(1, { type: 'build.started' });
  await bench.die(needle);
  for (let i = 0; i < 10; i++) {
    bench.clock.advance(10);
    await bench.emit(20);
  }
  await bench.raw.config('RESETSTAT');
  let calls = 0;
  const found = await all(
    async (filter, page) => {
      calls++;
      const start = performance.now();
      const result = await deliveries(filter, page);
      expect(performance.now() - start).toBeLessThan(10_000);
      return result;
    },
    { status: 'dead' },
    50,
  );
  expect(found).toMatchObject([{ webhookId: needle.id, status: 'dead' }]);
  expect(calls).toBeLessThan(50);
  const stats = await bench.raw.info('commandstats');
  const count = (command: string): number =>
    Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1]);
  expect(count('hget')).toBeGreaterThan(20_000);
  expect(count('hget') / count('evalsha')).toBeLessThan(2100);
});
