import { describe, expect, test } from '@jest/globals';
import { type Webhook, shardOf } from '@hooklane/core';
import { SCOPE, useStore } from '../../fixtures/store-bench.ts';
import type { Store } from '../create-store.ts';
import { type ShardedStore, createShardedStore } from './sharded-store.ts';

const SHARDS = 4;
const ACCOUNTS = Array.from({ length: 12 }, (_, i) => `account-${i}`);
const bench = useStore();

interface House {
  shards: Store[];
  all: ShardedStore;
  /** One for each account. */
  webhooks: Map<string, Webhook>;
}

const at = (account: string) => shardOf(account, SHARDS);

/** An account of another shard than this one. */
function strangerOf(account: string): string {
  const found = ACCOUNTS.find((one) => at(one) !== at(account));
  if (found === undefined) throw new Error('All accounts are on one shard.');
  return found;
}

/** Works on one shard with the words of the bench. */
async function on<T>(store: Store, work: () => Promise<T>): Promise<T> {
  const before = bench.store;
  bench.store = store;
  try {
    return await work();
  } finally {
    bench.store = before;
  }
}

async function open(): Promise<House> {
  const shards = Array.from({ length: SHARDS }, (_, shard) => bench.openTimed({ shard }));
  const all = createShardedStore(shards);
  const webhooks = new Map<string, Webhook>();
  for (const account of ACCOUNTS) {
    await all.webhooks.setScopeEnabled(account, SCOPE, true);
    const webhook = await all.webhooks.createWebhook({
      account,
      scope: SCOPE,
      event: 'build.finished',
      name: `of-${account}`,
      url: 'https://example.com/hook',
      secret: `secret of ${account}`,
      signing: 'standard',
      tokenHeader: 'x-token',
      maxInFlight: 32,
      enabled: true,
    });
    webhooks.set(account, webhook);
  }
  return { shards, all, webhooks };
}

/** Events of all accounts in turn, each at a time of its own but every third. */
async function emitAll(house: House, rounds: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < rounds * ACCOUNTS.length; i++) {
    const account = ACCOUNTS[i % ACCOUNTS.length]!;
    if (i % 3 !== 0) bench.clock.advance(1);
    const [event] = await on(house.shards[at(account)]!, () => bench.emit(1, { account }));
    ids.push(event!.id);
  }
  return ids;
}

async function dieAll({ shards, webhooks }: House, accounts: readonly string[] = ACCOUNTS): Promise<void> {
  for (const account of accounts) {
    bench.clock.advance(1);
    await on(shards[at(account)]!, () => bench.die(webhooks.get(account)!));
  }
}

test('one shard is the plain store itself', async () => {
  const store = bench.openTimed();
  const all = createShardedStore([store]);
  expect(all.webhooks).toBe(store.webhooks);
  expect(all.deliveries).toBe(store.deliveries);
  expect(await all.locate('wh_any')).toBe(0);
});

describe('What has an account or an id', () => {
  test('is on the shard of its account alone, and is found by its id', async () => {
    const { shards, all, webhooks } = await open();
    expect(new Set(ACCOUNTS.map(at)).size).toBe(SHARDS);
    // Another process, which remembers nothing.
    const other = createShardedStore(shards);
    for (const [account, webhook] of webhooks) {
      const holders = await Promise.all(shards.map((store) => store.webhooks.getWebhook(webhook.id)));
      expect(holders.map((one) => one !== null)).toEqual(shards.map((_, shard) => shard === at(account)));
      expect(await other.webhooks.getWebhook(webhook.id)).toMatchObject({ account, name: webhook.name });
      expect(await other.locate(webhook.id)).toBe(at(account));
      expect((await all.webhooks.getScope(account.toUpperCase(), SCOPE)).webhooks).toHaveLength(1);
    }
    const ids = [...webhooks.values()].map(({ id }) => id);
    expect(await other.webhooks.getNames([...ids, 'wh_none'])).toEqual([
      ...[...webhooks.values()].map(({ name }) => name),
      null,
    ]);
    const changed = await other.webhooks.updateWebhook(ids[3]!, { name: 'renamed' });
    expect(changed?.webhook.name).toBe('renamed');
    expect(await other.webhooks.deleteWebhook(ids[4]!)).not.toBeNull();
    expect(await other.webhooks.getWebhook(ids[4]!)).toBeNull();
    expect(await other.webhooks.getWebhook('wh_none')).toBeNull();
    expect(await other.webhooks.updateWebhook('wh_none', {})).toBeNull();
    expect(await other.webhooks.listScopes({ search: 'ACCOUNT-1' })).toHaveLength(3);
    expect((await other.webhooks.listScopes({})).map(({ account }) => account)).toEqual(ACCOUNTS.toSorted());
  });

  test('deliveries are found, read, sent again; those of a deleted webhook as well', async () => {
    const house = await open();
    const [account = ''] = ACCOUNTS;
    const webhook = house.webhooks.get(account)!;
    await emitAll(house, 1);
    await dieAll(house);
    const { items } = await house.all.deliveries.findDeliveries({ account }, { cursor: null, limit: 5 });
    const id = items[0]!.id;
    const other = createShardedStore(house.shards);
    expect((await other.deliveries.getDelivery(id))?.attempts).toHaveLength(1);
    expect(await other.deliveries.getAttempts([id, 'evt_none.wh_none'])).toEqual([
      expect.arrayContaining([expect.objectContaining({ outcome: 'rejected' })]),
      [],
    ]);
    expect(await other.deliveries.redeliver(id)).toMatchObject({ kind: 'queued' });
    expect(await other.deliveries.redeliver('evt_none.wh_none')).toEqual({ kind: 'missing' });
    await other.webhooks.deleteWebhook(webhook.id);
    await on(house.shards[at(account)]!, () => bench.take(webhook));
    expect((await createShardedStore(house.shards).deliveries.getDelivery(id))?.delivery.account).toBe(
      account,
    );
    expect(await createShardedStore(house.shards).deliveries.redeliver(id)).not.toEqual({ kind: 'missing' });
  });

  test('an id that events of two accounts have is told by the account', async () => {
    const { shards, all, webhooks } = await open();
    const [mine = ''] = ACCOUNTS;
    const theirs = strangerOf(mine);
    for (const account of [mine, theirs]) {
      bench.clock.advance(5);
      await on(shards[at(account)]!, () => bench.emit(1, { account, id: 'build-7' }));
    }
    expect((await all.deliveries.getEvent('build-7', [theirs]))?.event.account).toBe(theirs);
    expect((await all.deliveries.getEvent('build-7', [mine]))?.event.account).toBe(mine);
    // Nobody said whose: the one that came first.
    expect((await all.deliveries.getEvent('build-7'))?.event.account).toBe(mine);
    for (const account of [mine, theirs]) {
      const found = await all.deliveries.getDelivery(`build-7.${webhooks.get(account)!.id}`);
      expect(found?.delivery.account).toBe(account);
    }
  });
});

describe('Lists', () => {
  test('of all accounts come page after page, the newest first, each item once', async () => {
    const house = await open();
    const ids = await emitAll(house, 4);
    const seen: { id: string; createdAt: number }[] = [];
    let cursor: string | null = null;
    do {
      const page = await house.all.deliveries.findDeliveries({}, { cursor, limit: 7 });
      expect(page.items.length).toBeLessThanOrEqual(7);
      seen.push(...page.items.map(({ eventId, createdAt }) => ({ id: eventId, createdAt })));
      cursor = page.next;
      if (cursor !== null) expect(cursor.length).toBeLessThan(300);
    } while (cursor !== null);
    expect(seen.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const times = seen.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test('keep to an account, to the accounts of a token, and to a webhook', async () => {
    const house = await open();
    await emitAll(house, 2);
    const one = ACCOUNTS[0]!;
    const two = strangerOf(one);
    const page = { cursor: null, limit: 100 };
    const accountsOf = async (filter: object) =>
      new Set((await house.all.deliveries.findDeliveries(filter, page)).items.map(({ account }) => account));
    expect(await accountsOf({ account: one })).toEqual(new Set([one]));
    expect(await accountsOf({ accounts: [one, two] })).toEqual(new Set([one, two]));
    expect(await accountsOf({ webhook: house.webhooks.get(two)!.id })).toEqual(new Set([two]));
    expect(await accountsOf({ webhook: 'wh_none' })).toEqual(new Set());
  });

  test('of dead letters are in the order of death; groups and counts are added up', async () => {
    const house = await open();
    const ids = await emitAll(house, 2);
    await dieAll(house, ACCOUNTS.toReversed());
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await house.all.deliveries.findDeadLetters({}, { cursor, limit: 5 });
      seen.push(...page.items.map(({ account }) => account));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(ACCOUNTS.flatMap((account) => [account, account]));
    expect(await house.all.deliveries.countDeadLetters({}, 1000)).toBe(ids.length);
    expect(await house.all.deliveries.countDeadLetters({}, 10)).toBe(10);
    const groups = await house.all.deliveries.findDeadGroups({}, 100);
    expect(groups.truncated).toBe(false);
    expect(groups.items.map(({ count }) => count)).toEqual(ACCOUNTS.map(() => 2));
    const few = await house.all.deliveries.findDeadGroups({}, 5);
    expect(few.items).toHaveLength(5);
    expect(few.truncated).toBe(true);
  });

  test('refuse a cursor that is not theirs', async () => {
    const house = await open();
    await emitAll(house, 1);
    const plain = await house.shards[0]!.deliveries.findDeliveries({}, { cursor: null, limit: 1 });
    const cursors = ['x', '[]', plain.next ?? 'y', Buffer.from('["se",1,"e","w",9]').toString('base64url')];
    for (const cursor of cursors) {
      for (const list of [house.all.deliveries.findDeliveries, house.all.deliveries.findDeadLetters]) {
        await expect(list({}, { cursor, limit: 5 })).rejects.toMatchObject({ code: 'invalid_cursor' });
      }
    }
  });

  test('of notices are merged; each is acknowledged where it is', async () => {
    const { shards, all, webhooks } = await open();
    for (const [account, webhook] of webhooks) {
      bench.clock.advance(1);
      await shards[at(account)]!.notices.raise({
        laneId: webhook.id,
        now: bench.clock.now(),
        kind: 'webhook.disabled',
        account,
        webhook: { id: webhook.id, name: webhook.name, scope: webhook.scope, event: webhook.event },
        message: 'gone',
        reason: 'gone',
        streak: null,
        last: null,
      });
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await all.notices.findNotices({}, { cursor, limit: 5 });
      seen.push(...page.items.map((notice) => notice.account));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(ACCOUNTS.toReversed());
    const [first] = (await all.notices.findNotices({ account: ACCOUNTS[5]! }, { cursor: null, limit: 5 }))
      .items;
    expect((await all.notices.acknowledgeNotice(first!.id))?.acknowledgedAt).not.toBeNull();
    expect(await all.notices.acknowledgeNotice('ntc_none')).toBeNull();
    expect(await all.notices.countOpenNotices()).toBe(ACCOUNTS.length - 1);
    expect(await all.notices.countOpenNotices([ACCOUNTS[5]!, ACCOUNTS[6]!])).toBe(1);
  });
});

describe('A bulk action without an account', () => {
  test('is one order whose steps run on every shard, with one progress', async () => {
    const house = await open();
    const ids = await emitAll(house, 2);
    await dieAll(house);
    const order = await house.all.redrives.createRedrive({
      action: 'redrive',
      filter: {},
      matched: ids.length,
      reason: 'all of it',
    });
    expect(order).toMatchObject({ state: 'waiting', matched: ids.length, done: 0 });
    for (const [shard, store] of house.shards.entries()) {
      await store.redrives.stepRedrive(order.id);
      const now = await house.all.redrives.getRedrive(order.id);
      expect(now?.state).toBe(shard === SHARDS - 1 ? 'done' : 'running');
    }
    const done = await house.all.redrives.getRedrive(order.id);
    expect(done).toMatchObject({ matched: ids.length, done: ids.length, reason: 'all of it' });
    expect(await house.all.deliveries.countDeadLetters({}, 100)).toBe(0);
    expect(await house.all.redrives.listRedrives()).toEqual([done]);
  });

  test('with an account is on its shard alone', async () => {
    const house = await open();
    await emitAll(house, 1);
    await dieAll(house);
    const [account = ''] = ACCOUNTS;
    const order = await house.all.redrives.createRedrive({
      action: 'discard',
      filter: { account },
      matched: 1,
    });
    const holders = await Promise.all(house.shards.map((store) => store.redrives.getRedrive(order.id)));
    expect(holders.map((one) => one !== null)).toEqual(house.shards.map((_, shard) => shard === at(account)));
    await house.shards[at(account)]!.redrives.stepRedrive(order.id);
    expect(await house.all.redrives.getRedrive(order.id)).toMatchObject({ state: 'done', done: 1 });
    expect(await house.all.redrives.getRedrive('rd_none')).toBeNull();
  });
});

describe('Figures', () => {
  test('of all shards are added up', async () => {
    const house = await open();
    const ids = await emitAll(house, 3);
    const dead = ACCOUNTS.slice(0, 3);
    await dieAll(house, dead);
    const waiting = ids.length - dead.length * 3;
    expect(await house.all.readBacklog()).toMatchObject({
      waiting,
      deadLetters: dead.length * 3,
      byLane: { healthy: { waiting, due: waiting } },
    });
    expect(await house.all.operations.countLanes()).toMatchObject({ total: ACCOUNTS.length - dead.length });
    const rates = await house.all.operations.readRates(2);
    expect(rates.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(ids.length);
    expect(rates.reduce((sum, minute) => sum + (minute.outcomes.rejected ?? 0), 0)).toBe(dead.length * 3);
    expect((await house.all.checkRedis()).ok).toBe(true);
    // All shards are in one Redis here, whose memory counts once.
    const [all, one] = await Promise.all([
      house.all.operations.reportRedis(),
      house.shards[2]!.operations.reportRedis(),
    ]);
    expect(all.usedMemoryBytes).toBeLessThan(one.usedMemoryBytes * 1.5);
  });

  test('of a webhook are those of its shard', async () => {
    const house = await open();
    await emitAll(house, 1);
    await dieAll(house);
    for (const { id } of house.webhooks.values()) {
      expect((await house.all.operations.readWebhookHealth(id)).attempts).toHaveLength(1);
    }
    expect((await house.all.operations.readWebhookHealth('wh_none')).attempts).toEqual([]);
  });
});

test('Changes of all shards come as one stream, and a position goes on in all of them', async () => {
  const house = await open();
  const end = new AbortController();
  const feed = house.all.changes.follow(end.signal);
  const first = await feed.next();
  if (first.done === true) throw new Error('The stream ended.');
  expect(first.value.deliveryIds).toEqual([]);
  const ids = await emitAll(house, 1);
  const seen = new Set<string>();
  let { position } = first.value;
  while (seen.size < ids.length) {
    const next = await feed.next();
    if (next.done === true) throw new Error('The stream ended.');
    expect(next.value.missed).toBe(false);
    for (const id of next.value.deliveryIds) seen.add(id.split('.')[0]!);
    position = next.value.position;
  }
  expect([...seen].toSorted()).toEqual(ids.toSorted());
  const caughtUp = await house.all.changes.since(first.value.position);
  expect(caughtUp?.deliveryIds.length).toBe(ids.length);
  expect(await house.all.changes.since(position)).toMatchObject({ deliveryIds: [], missed: false });
  for (const bad of ['', 'x', '1-1.1', position.replace(/_[^_]*$/, '_-'), `${position}_1-1.1`]) {
    expect(await house.all.changes.since(bad)).toBeNull();
  }
  end.abort();
  await feed.next();
});

test('A rotation of the key goes through all shards, the home shard last', async () => {
  const house = await open();
  let cursor: string | null = null;
  const order: string[] = [];
  let checked = 0;
  do {
    const step = await house.all.rekeyStep(cursor);
    checked += step.checked;
    cursor = step.next;
    order.push(cursor?.split(':')[0] ?? 'end');
  } while (cursor !== null);
  expect(checked).toBe(ACCOUNTS.length);
  expect([...new Set(order)]).toEqual(['2', '1', '0', 'end']);
});
