/**
 * Whatever stands in Redis (written over by others, restored in part, of another version): the API answers, or says with a code
 * which key is damaged; nothing crashes; and what is not damaged is delivered. On a real Redis.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROUTES, problemSchema } from '@hooklane/client';
import type { Route } from '@hooklane/client';
import { HooklaneError, shardOf } from '@hooklane/core';
import { dispatchEvents } from '@hooklane/delivery';
import { connectStore } from '@hooklane/store';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import fc from 'fast-check';
import { openTestStores, populate, runLane, testEvent } from './testing/populate.ts';
import type { Populated } from './testing/populate.ts';
import { REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealServer } from './testing/real-server.ts';

const RUNS = Number(process.env['HOOKLANE_DAMAGE_RUNS'] ?? 60);

/** On a busy machine fewer runs must do. */
const MOST_MS = 60_000;

/** Of every kind that Hooklane keeps, but BullMQ's. */
const KINDS = [
  'audit',
  'backlog',
  'changes',
  'dead',
  'dead-groups',
  'event',
  'hooks',
  'index',
  'lane',
  'lanes',
  'log',
  'match',
  'meta',
  'notice',
  'notices',
  'notify',
  'notify-rate',
  'open-lanes',
  'open-notices',
  'rate',
  'redrive',
  'redrives',
  'scope',
  'scopes',
  'session',
  'sessions',
  'state',
  'token',
  'tokens',
  'tries',
  'watched',
  'webhook',
  'workers',
] as const;

/** What a field may hold instead. `null`: it is gone. */
const TEXTS = [
  null,
  '',
  'x',
  '-1',
  '9999999999999999',
  '1e999',
  'nan',
  '|||||||||',
  'v|a|b|c|d|e|f|g|h',
  'open',
  '{}',
  '[]',
  'null',
  '[1,"a",null]',
  '{"number":"1","outcome":"gone?","at":"x","kind":1,"sealed":2,"account":null,"statusCode":"x"}',
  '\u0000\uFFFF',
] as const;

interface Damage {
  kind: (typeof KINDS)[number];
  /** Which key of the kind, and which field of it. */
  key: number;
  field: number;
  how: 'field' | 'string' | 'list' | 'hash';
  text: (typeof TEXTS)[number];
}

const damages: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(...KINDS),
  key: fc.nat(20),
  field: fc.nat(20),
  how: fc.constantFrom('field', 'field', 'field', 'field', 'string', 'list', 'hash'),
  text: fc.constantFrom(...TEXTS),
});

type Raw = ReturnType<typeof connectStore>;

let redis: TestRedis;
let server: RealServer;
let raw: Raw;
let house: Populated;
let shards: number;
let snapshot: { key: string; value: Buffer; ttl: number }[];
let byKind: Map<string, string[]>;

beforeAll(async () => {
  redis = await startRedis();
  raw = connectStore({ redis: redis.url, role: 'worker' });
});
afterAll(async () => {
  await raw.quit();
  await redis.stop();
});

describe.each([
  { count: 1, runs: RUNS },
  // Shards are alike; what matters is that one is read beside the other.
  { count: 2, runs: Math.ceil(RUNS / 3) },
])('With shards: $count', ({ count, runs }) => {
  beforeAll(async () => {
    shards = count;
    await raw.flushall();
    const stores = openTestStores(redis.url, count);
    house = await populate(stores);
    await stores.close();
    const keys = (await raw.keys('{h*}:*')).toSorted();
    snapshot = await Promise.all(
      keys.map(async (key) => ({
        key,
        value: await raw.dumpBuffer(key),
        ttl: Math.max(0, await raw.pttl(key)),
      })),
    );
    byKind = Map.groupBy(keys, (key) => key.split(':')[1] ?? '');
    server = startRealServer(redis.url, { shards });
  });
  afterAll(() => server.close());

  test('The populated store has a key of every kind', () => {
    expect([...byKind.keys()].filter((kind) => kind !== 'bull').toSorted()).toEqual([...KINDS].toSorted());
    const used = new Set(snapshot.map(({ key }) => key.slice(0, key.indexOf(':'))));
    expect(used.size).toBe(count);
  });

  test('Damage anywhere: no crash, no answer without a code, and what is whole is delivered', async () => {
    await fc.assert(
      fc.asyncProperty(damages, async (damage) => {
        await restore();
        const key = await inflict(damage);
        await askEverything(key);
        await deliverTheRest(key);
      }),
      { numRuns: runs, plugins: [fc.interruptAfterTimeLimit(MOST_MS)] },
    );
  }, 180_000);
});

async function restore(): Promise<void> {
  await raw.flushall();
  await Promise.all(snapshot.map(({ key, value, ttl }) => raw.restore(key, ttl, value)));
}

/** Returns the key that is damaged now. */
async function inflict({ kind, key: at, field, how, text }: Damage): Promise<string> {
  const keys = byKind.get(kind) ?? [];
  const key = keys[at % keys.length] ?? '';
  if (how === 'field') {
    const type = await raw.type(key);
    await (type !== 'hash' && text === null ? raw.del(key) : DAMAGE[type]?.(key, field, text));
    return key;
  }
  await raw.del(key);
  await OTHER_TYPE[how](key, text ?? '');
  return key;
}

/** What takes the place of a key. */
const OTHER_TYPE: Record<'string' | 'list' | 'hash', (key: string, text: string) => Promise<unknown>> = {
  string: (key, text) => raw.set(key, text),
  list: (key, text) => raw.rpush(key, text),
  hash: (key, text) => raw.hset(key, 'x', text),
};

/** One field, entry or member of a key of this type. */
const DAMAGE: Record<string, (key: string, field: number, text: string | null) => Promise<unknown>> = {
  async hash(key, field, text) {
    const fields = (await raw.hkeys(key)).toSorted();
    const name = fields[field % fields.length] ?? '';
    return text === null ? raw.hdel(key, name) : raw.hset(key, name, text);
  },
  string: (key, _, text) => raw.set(key, text ?? ''),
  list: async (key, field, text) => raw.lset(key, field % (await raw.llen(key)), text ?? ''),
  set: (key, _, text) => raw.sadd(key, text ?? ''),
  zset: (key, field, text) => raw.zadd(key, field, text ?? ''),
  stream: (key, _, text) => raw.xadd(key, '*', 'a', text ?? '', 'n', text ?? ''),
};

const headers = { authorization: `Bearer ${REAL_TOKEN}` };

/** Every route that reads, by every id that there is. */
async function askEverything(damaged: string): Promise<void> {
  const [webhook] = house.webhooks;
  const deliveries = house.eventIds.flatMap((id) => house.webhooks.map((each) => `${id}.${each.id}`));
  const idsOf: Record<string, readonly string[]> = {
    '/v1/events/{id}': house.eventIds,
    '/v1/deliveries/{id}': deliveries,
    '/v1/webhooks/{id}': house.webhooks.map(({ id }) => id),
    '/v1/webhooks/{id}/health': house.webhooks.map(({ id }) => id),
    '/v1/redrives/{id}': [house.redriveId],
    '/v1/notices/{id}': [house.noticeId],
  };
  const reads = (Object.values(ROUTES) as Route[]).filter(
    ({ method, mediaType }) => method === 'GET' && mediaType !== 'text/event-stream',
  );
  const urls = reads.flatMap(({ path }) => {
    const named = path
      .replace('{account}', 'jdoe')
      .replace('applications/{name}', 'applications/shop')
      .replace('environments/{name}', 'environments/stage');
    return (idsOf[path] ?? ['x']).map((id) => named.replace('{id}', id));
  });
  const filtered = ['deliveries', 'dead-letters'].flatMap((list) => [
    `/v1/${list}?webhook=${webhook?.id}`,
    `/v1/${list}?account=jdoe&application=shop&status=dead`,
  ]);
  for (const url of [...urls, ...filtered]) judge(url, damaged, await server.ask('GET', url, { headers }));
}

function judge(url: string, damaged: string, answer: Awaited<ReturnType<RealServer['ask']>>): void {
  if (answer.status < 500 || (url === '/readyz' && answer.status === 503)) return;
  const problem = problemSchema.safeParse(answer.json);
  const kind = damaged.split(':')[1] ?? '?';
  const isTold = problem.data?.code === 'damaged_record' && problem.data.detail.includes(kind);
  if (!isTold) throw new Error(`GET ${url} with ${damaged} damaged: ${answer.status} ${answer.text}`);
}

/** As a worker does it, a quarter of an hour later: sweep, lanes, and new events. */
async function deliverTheRest(damaged: string): Promise<void> {
  const later = Date.now() + 900_000;
  const stores = openTestStores(redis.url, shards, () => later);
  const tolerated = (error: unknown): undefined => {
    const isTold = error instanceof HooklaneError && error.code === 'damaged_record';
    if (!isTold) throw error;
  };
  try {
    for (const store of stores.shards) await store.lanes.sweep();
    const wakes = { wake: async () => undefined };
    const events = [testEvent('evt-new-1', 'jdoe'), testEvent('evt-new-2', 'acme')];
    for (const [store, batch] of Map.groupBy(events, ({ account }) => stores.of(account))) {
      await dispatchEvents({ events: store, wakes, onDispatched: () => undefined }, batch).catch(tolerated);
    }
    for (const { id, account } of house.webhooks)
      await runLane(stores.of(account), id, later).catch(tolerated);
    await expectDelivered(damaged);
    for (const store of stores.shards) await store.prune().catch(tolerated);
  } finally {
    await stores.close();
  }
}

async function expectDelivered(damaged: string): Promise<void> {
  const stateOf = (account: string, eventId: string, webhookId: string): Promise<string | null> =>
    raw.hget(`{h${shardOf(account, shards)}}:event:${eventId}`, `d:${webhookId}`);
  for (const { id: webhookId, account, scope } of house.webhooks) {
    const scopeKey = `${account}:${scope.kind}:${scope.name}`;
    // The lane of a webhook that cannot be read waits; its neighbours do not.
    if (damaged.includes(webhookId) || damaged.endsWith(scopeKey)) continue;
    for (const eventId of [...house.eventIds, 'evt-new-1', 'evt-new-2']) {
      if (damaged.includes(eventId)) continue;
      const text = await stateOf(account, eventId, webhookId);
      const isOwed = text !== null && !text.startsWith('x');
      if (isOwed && !text.startsWith('v'))
        throw new Error(`${eventId}.${webhookId} is ${text} with ${damaged} damaged`);
    }
  }
  const isOfAcme = house.webhooks.find(({ account }) => account === 'acme')?.id ?? '';
  if (!damaged.includes('acme') && !damaged.includes(isOfAcme))
    expect(await stateOf('acme', 'evt-new-2', isOfAcme)).toMatch(/^v/);
}
