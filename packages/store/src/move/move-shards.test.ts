import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Webhook, shardOf } from '@hooklane/core';
import { SCOPE, useStore } from '../../fixtures/store-bench.ts';
import type { Store } from '../create-store.ts';
import { createShardedStore } from '../sharded/sharded-store.ts';
import { ruleOf } from './key-owners.ts';
import { type MoveProgress, type MoveQueues, abortMove, moveShards } from './move-shards.ts';

const bench = useStore();
const ACCOUNTS = Array.from({ length: 10 }, (_, i) => `account-${i}`);

/** The letters in the queues are the concern of `queue`; here only which orders are begun. */
interface TestQueues extends MoveQueues {
  begun: string[];
}

function testQueues(): TestQueues {
  const begun: string[] = [];
  return {
    begun,
    copyLetters: async () => undefined,
    dropLetters: async () => undefined,
    startRedrive: async (shard, id) => void begun.push(`${shard} ${id}`),
  };
}

/** Moves at once: as if the wait for servers were over. */
async function move(
  to: number,
  more: { onProgress?: (progress: MoveProgress) => void; queues?: MoveQueues } = {},
) {
  await bench.raw.hset('{h0}:meta', 'movingSince', '1');
  return moveShards({ redis: bench.raw, to, queues: testQueues(), onProgress: () => undefined, ...more });
}

const abort = () => abortMove({ redis: bench.raw, queues: testQueues(), onProgress: () => undefined });

async function on<T>(store: Store, work: () => Promise<T>): Promise<T> {
  const before = bench.store;
  bench.store = store;
  try {
    return await work();
  } finally {
    bench.store = before;
  }
}

const open = (shards: number): Store[] =>
  Array.from({ length: shards }, (_, shard) => bench.openTimed({ shard, disableAfterMs: 500_000 }));

/** A house of so many shards in which every account has something of everything. */
async function fill(shards: number): Promise<Map<string, Webhook>> {
  const stores = open(shards);
  await stores[0]!.checkShards(shards);
  await stores[0]!.checkSecretKey();
  const all = createShardedStore(stores);
  const webhooks = new Map<string, Webhook>();
  for (const account of ACCOUNTS) {
    const store = stores[shardOf(account, shards)]!;
    const webhook = await on(store, () => bench.webhook({ account, secret: 'hidden' }));
    webhooks.set(account, webhook);
    bench.clock.advance(1);
    await on(store, () => bench.emit(2, { account }));
    await on(store, () => bench.die(webhook));
    await on(store, () => bench.emit(3, { account }));
    await on(store, () => bench.takeWork(webhook, 'run-1', 1));
    const { target } = await all.notifications.setNotifications(account, {
      url: 'https://example.com/n',
      secret: 's',
    });
    expect(target.enabled).toBe(true);
    await all.notifications.sendTestNotification(account);
    await bench.raw.sadd(`{h${shardOf(account, shards)}}:open-lanes`, webhook.id);
    await bench.raw.sadd(`{h${shardOf(account, shards)}}:slow-lanes`, webhook.id);
    await store.notices.raise({
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
    await on(store, () => bench.webhook({ account, name: `extra-${account}` }));
  }
  await all.tokens.createToken({
    name: 't',
    roles: ['read'],
    accounts: null,
    createdBy: '',
    expiresAt: null,
  });
  return webhooks;
}

/** All that can be read of the house. Must not depend on the number of shards. */
async function readAll(shards: number, webhooks: Map<string, Webhook>): Promise<unknown> {
  const all = createShardedStore(open(shards));
  const page = { cursor: null, limit: 200 };
  const backlog = await all.readBacklog();
  const found = await all.deliveries.findDeliveries({}, page);
  return {
    deliveries: await Promise.all(found.items.map(({ id }) => all.deliveries.getDelivery(id))).then((list) =>
      list.toSorted((a, b) => ((a?.delivery.id ?? '') < (b?.delivery.id ?? '') ? -1 : 1)),
    ),
    letters: (await all.deliveries.findDeadLetters({}, page)).items.map(({ id }) => id).toSorted(),
    groups: (await all.deliveries.findDeadGroups({}, 100)).items
      .map(({ webhookId, count }) => `${webhookId} ${count}`)
      .toSorted(),
    scopes: await all.webhooks.listScopes({}),
    hooks: await Promise.all(ACCOUNTS.map((account) => all.webhooks.getScope(account, SCOPE))),
    notices: (await all.notices.findNotices({}, page)).items.map(({ id }) => id),
    openNotices: await all.notices.countOpenNotices(),
    notifications: await Promise.all(ACCOUNTS.map((account) => all.notifications.getNotifications(account))),
    health: await Promise.all([...webhooks.values()].map(({ id }) => all.operations.readWebhookHealth(id))),
    lanes: await all.operations.countLanes(),
    tokens: await all.tokens.listTokens(),
    backlog: { waiting: backlog.waiting, deadLetters: backlog.deadLetters },
  };
}

/** Each key, without its shard, and when it expires, to ten seconds. */
async function keysOf(prefix = '*'): Promise<string[]> {
  const keys = await bench.raw.keys(prefix);
  const ttls = await Promise.all(keys.map((key) => bench.raw.ttl(key)));
  return keys.map((key, i) => `${key.replace(/^\{h\d+\}:/, '')} ${Math.round(ttls[i]! / 10)}`).toSorted();
}

const PERSONAL =
  /^(event|tries|webhook|scope|hooks|match|lane|trying|state|log|notice|notify|notify-rate|index:.*|notices:.*|dead:.*)[: ]/;

test('every key that scripts and store write is one that a move knows', () => {
  const lua = new URL('../../lua/', import.meta.url);
  const texts = readdirSync(lua).map((file) => readFileSync(new URL(file, lua), 'utf8'));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/(?:\bP|KEYS\[1\]) \.\. '([a-z-]+:?)/g)].map(([, name = '']) => name),
  );
  const typed = readFileSync(new URL('../keys.ts', import.meta.url), 'utf8');
  names.push(...[...typed.matchAll(/\$\{prefix\}([a-z-]+:?)/g)].map(([, name = '']) => name));
  expect(new Set(names).size).toBeGreaterThan(35);
  expect(names.filter((name) => ruleOf(name.endsWith(':') ? `${name}x` : name) === null)).toEqual([]);
  expect(ruleOf('event')).toBeNull();
  expect(ruleOf('lane:')).toBeNull();
  expect(ruleOf('new-thing:x')).toBeNull();
});

test.each([
  [1, 3],
  [2, 4],
])('from %i to %i shards all can be read as before, from its new place alone', async (from, to) => {
  const webhooks = await fill(from);
  const [before, keys] = [await readAll(from, webhooks), await keysOf()];
  expect(await move(to)).toBe('moved');
  expect(await readAll(to, webhooks)).toEqual(before);
  const personal = (list: readonly string[]) => list.filter((line) => PERSONAL.test(line));
  expect(personal(await keysOf())).toEqual(personal(keys));
  for (const [account, webhook] of webhooks) {
    const at = shardOf(account, to);
    expect(await bench.raw.keys(`*:webhook:${webhook.id}`)).toEqual([`{h${at}}:webhook:${webhook.id}`]);
    const holders = await Promise.all(
      Array.from({ length: to }, (_, shard) => bench.raw.zscore(`{h${shard}}:lanes`, webhook.id)),
    );
    expect(holders.map((score) => score !== null)).toEqual(holders.map((_, shard) => shard === at));
  }
  await open(to)[0]!.checkShards(to);
  expect(await move(to)).toBe('unchanged');
});

test('stopped at any step, it goes on when it is run again', async () => {
  const webhooks = await fill(2);
  const before = await readAll(2, webhooks);
  let stops = 0;
  for (let stopAt = 1; ; stopAt += 3) {
    let step = 0;
    const ended = await move(4, {
      onProgress: () => {
        step += 1;
        if (step === stopAt) throw new Error('stopped');
      },
    }).catch((error: Error) => error.message);
    if (ended === 'moved') break;
    expect(ended).toBe('stopped');
    stops += 1;
    await expect(open(2)[0]!.checkShards(2)).rejects.toMatchObject({ code: 'shards_mismatch' });
  }
  expect(stops).toBeGreaterThan(5);
  expect(await readAll(4, webhooks)).toEqual(before);
});

describe('A move', () => {
  test('that does not hold yet is taken back, and leaves nothing', async () => {
    const webhooks = await fill(2);
    const [before, keys] = [await readAll(2, webhooks), await keysOf()];
    const stop = (progress: MoveProgress) => {
      if (progress.step === 'verifying') throw new Error('stopped');
    };
    await expect(move(5, { onProgress: stop })).rejects.toThrow('stopped');
    await expect(move(4)).rejects.toMatchObject({
      message: expect.stringContaining('move to 5 shards is not over'),
    });
    expect(await abort()).toBe('aborted');
    expect(await abort()).toBe('unchanged');
    await open(2)[0]!.checkShards(2);
    expect(await readAll(2, webhooks)).toEqual(before);
    expect(await keysOf()).toEqual(keys);
  });

  test('whose new number holds is not taken back', async () => {
    await fill(2);
    const stop = ({ step }: MoveProgress) => {
      if (step === 'removing') throw new Error('stopped');
    };
    await expect(move(3, { onProgress: stop })).rejects.toThrow('stopped');
    await expect(abort()).rejects.toMatchObject({ message: expect.stringContaining('holds already') });
    expect(await move(3)).toBe('moved');
  });

  test('to fewer shards, or of nothing, is refused', async () => {
    await expect(move(2)).rejects.toMatchObject({ code: 'shards_mismatch' });
    await fill(3);
    await expect(move(2)).rejects.toMatchObject({
      message: expect.stringContaining('cannot become smaller'),
    });
    await open(3)[0]!.checkShards(3);
  });

  test('that meets a key of an unknown kind stops before the new number holds', async () => {
    await fill(1);
    await bench.raw.set('{h0}:of-a-later-version:x', '1');
    await expect(move(2)).rejects.toMatchObject({
      message: expect.stringContaining('{h0}:of-a-later-version:x'),
    });
    expect(await abort()).toBe('aborted');
    await open(1)[0]!.checkShards(1);
  });

  test('passes over what is damaged, and leaves it', async () => {
    const webhooks = await fill(1);
    const [id, other] = [...webhooks.values()].map((webhook) => webhook.id);
    await bench.raw.set('{h0}:event:broken', 'text');
    await bench.raw.zadd('{h0}:index', bench.clock.now(), 'broken');
    await bench.raw.zadd('{h0}:scopes', 0, 'no json');
    await bench.raw.set(`{h0}:state:${id}`, 'text');
    await bench.raw.set(`{h0}:webhook:${other}`, 'text');
    await bench.raw.del('{h0}:slow-lanes');
    await bench.raw.set('{h0}:slow-lanes', 'text');
    expect(await move(3)).toBe('moved');
    expect(await bench.raw.get('{h0}:event:broken')).toBe('text');
    expect(await bench.raw.get(`{h0}:webhook:${other}`)).toBe('text');
    expect(await bench.raw.keys(`*:state:${id}`)).toHaveLength(1);
  });

  test('waits for workers that live, and names them', async () => {
    await fill(1);
    const worker = {
      id: 'w1',
      host: 'here',
      version: '1',
      startedAt: 0,
      seenAt: Date.now(),
      lanesRunning: 0,
      triesInFlight: 0,
    };
    await bench.raw.hset('{h0}:workers', 'w1', JSON.stringify(worker));
    const told: string[] = [];
    const moving = move(2, {
      onProgress: ({ waitsFor }) => {
        if (waitsFor === undefined) return;
        told.push(waitsFor);
        void bench.raw.hdel('{h0}:workers', 'w1');
      },
    });
    expect(await moving).toBe('moved');
    expect(told[0]).toBe('worker w1 on here');
  });

  test('lets bulk actions that are not over go on where the letters now are', async () => {
    const webhooks = await fill(2);
    const all = createShardedStore(open(2));
    const letters = webhooks.size * 2;
    const order = await all.redrives.createRedrive({ action: 'discard', filter: {}, matched: letters });
    const queues = testQueues();
    await move(4, { queues });
    expect([...new Set(queues.begun)].toSorted()).toEqual([`2 ${order.id}`, `3 ${order.id}`]);
    const stores = open(4);
    for (const store of stores) {
      while (!(await store.redrives.stepRedrive(order.id)).finished);
    }
    expect(await createShardedStore(stores).redrives.getRedrive(order.id)).toMatchObject({
      state: 'done',
      matched: letters,
      done: letters,
    });
  });

  test('keeps for how long a webhook fails, whatever time without service its shards have counted', async () => {
    const webhooks = await fill(1);
    await bench.raw.hset('{h0}:meta', { down: 5000, seen: bench.clock.now() });
    const moving = [...webhooks].find(([account]) => shardOf(account, 2) === 1)!;
    await bench.raw.hset(`{h0}:state:${moving[1].id}`, 'fa', `1000|2000|300|4|1`);
    await move(2);
    expect(await bench.raw.hget(`{h1}:state:${moving[1].id}`, 'fa')).toBe('1000|7000|300|4|1');
    expect(await bench.raw.hget('{h1}:meta', 'seen')).toBe(String(bench.clock.now()));
  });
});
