/**
 * Four shards on a Redis Cluster of three nodes, with the built programs: who serves what, the whole way of events, and that
 * the work of a shard is that of its accounts.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shardOf } from '@hooklane/core';
import { createProducer } from '@hooklane/producer';
import { askRedis, eventually, startPrograms, startRedisCluster } from '@hooklane/testkit';
import type { Programs, RedisCluster } from '@hooklane/testkit';

const SHARDS = 4;
const ACCOUNTS = Array.from({ length: 24 }, (_, i) => `team-${i}`);
const WAIT = { timeoutMs: 60_000 };

/** Account → event id → how often it came. */
const got = new Map<string, Map<string, number>>();
let cluster: RedisCluster;
let programs: Programs | undefined;

const receiver = createServer((request, response) => {
  const account = (request.url ?? '').slice(1);
  const id = String(request.headers['webhook-id']);
  request.resume().once('end', () => {
    const ids = got.get(account) ?? new Map<string, number>();
    got.set(account, ids.set(id, (ids.get(id) ?? 0) + 1));
    response.end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  cluster = await startRedisCluster();
}, 120_000);

afterAll(async () => {
  await programs?.stop();
  receiver.close();
  receiver.closeAllConnections();
  await cluster.stop();
}, 60_000);

const masters = () => cluster.nodes.slice(0, 3);

/** An empty Cluster, a server, and a webhook for each account. */
async function begin(shards: number): Promise<Programs> {
  await programs?.stop();
  for (const { port } of masters()) await askRedis(port, 'FLUSHALL');
  got.clear();
  const started = await startPrograms({
    redisUrl: cluster.url,
    workers: 0,
    env: { HOOKLANE_SHARDS: String(shards), HOOKLANE_GRACE: '2s' },
  });
  programs = started;
  const { port } = receiver.address() as AddressInfo;
  await Promise.all(
    ACCOUNTS.map(async (account) => {
      const scope = `/accounts/${account}/applications/shop`;
      await started.call('PUT', scope, { enabled: true });
      const webhook = { name: 'hook', event: 'build.started', url: `http://127.0.0.1:${port}/${account}` };
      expect((await started.call('POST', `${scope}/webhooks`, webhook)).status).toBe(201);
    }),
  );
  return started;
}

/** Events of all accounts in turn, by a producer that was given this number of shards. */
async function emit(shards: number, events: number, label: string): Promise<void> {
  const producer = createProducer({ redis: cluster.url, shards });
  const body = { app_name: 'shop', build_num: '7', status: 'Queued' };
  for (let i = 0; i < events; i += 240) {
    await Promise.all(
      Array.from({ length: Math.min(240, events - i) }, (_, k) => {
        const account = ACCOUNTS[(i + k) % ACCOUNTS.length]!;
        const id = `${label}-${i + k}`;
        // What was not confirmed in time is emitted again with its id.
        return eventually(() => producer.emit({ account, type: 'build.started', body, id }), WAIT);
      }),
    );
  }
  await producer.close();
}

const arrived = (accounts: readonly string[] = ACCOUNTS): number =>
  accounts.reduce((sum, account) => sum + (got.get(account)?.size ?? 0), 0);

function expectEachOnce(): void {
  for (const ids of got.values()) expect([...ids].filter(([, count]) => count !== 1)).toEqual([]);
}

describe('Four shards on three nodes', () => {
  test('lie on all nodes; workers serve some each, and what nobody serves is told and waits', async () => {
    const house = await begin(SHARDS);
    const homes = await Promise.all(
      Array.from({ length: SHARDS }, (_, shard) => cluster.masterOf(`{h${shard}}:x`)),
    );
    expect(new Set(homes.map(({ port }) => port)).size).toBe(3);

    await house.startWorker({ HOOKLANE_WORKER_SHARDS: '0-1' });
    await emit(SHARDS, 480, 'first');
    const served = ACCOUNTS.filter((account) => shardOf(account, SHARDS) < 2);
    expect(served.length).toBeGreaterThan(0);
    expect(served.length).toBeLessThan(ACCOUNTS.length);
    await eventually(() => expect(arrived(served)).toBe(served.length * 20), WAIT);
    expect(arrived()).toBe(served.length * 20);
    await eventually(async () => {
      const status = await house.call('GET', '/status');
      expect(status.body).toMatchObject({ shards: { total: 4, unserved: [2, 3] } });
    }, WAIT);
    expect(JSON.stringify((await house.call('GET', '/doctor')).body)).toContain(
      'No worker serves shards 2, 3',
    );
    expect(await house.readiness(house.server)).toMatch(/^200 .*No worker serves shards 2, 3/);

    await house.startWorker({ HOOKLANE_WORKER_SHARDS: '2,3' });
    await eventually(() => expect(arrived()).toBe(480), WAIT);
    await eventually(async () => {
      expect((await house.call('GET', '/status')).body).toMatchObject({ shards: { unserved: [] } });
    }, WAIT);
    expectEachOnce();
  }, 120_000);

  test('are one house for the API: lists, single things, figures', async () => {
    const house = programs!;
    const seen: { eventId: string; createdAt: string }[] = [];
    let next: unknown = null;
    do {
      const cursor = typeof next === 'string' ? `&cursor=${next}` : '';
      const { body } = await house.call('GET', `/deliveries?limit=100${cursor}`);
      seen.push(...(body['items'] as typeof seen));
      next = body['next'];
    } while (next !== null);
    expect(new Set(seen.map(({ eventId }) => eventId)).size).toBe(480);
    expect(seen).toHaveLength(480);
    const times = seen.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().toReversed());
    for (const i of [0, 7, 479]) {
      const event = await house.call('GET', `/events/first-${i}`);
      expect(event.body).toMatchObject({
        account: ACCOUNTS[i % ACCOUNTS.length],
        deliveries: [{ status: 'delivered' }],
      });
    }
    const overview = await house.call('GET', '/overview');
    expect(overview.body).toMatchObject({ totals: { accepted: 480, delivered: 480 } });
    const bad = await house.call('GET', '/deliveries?cursor=nonsense');
    expect(bad).toMatchObject({ status: 422, body: { code: 'invalid_cursor' } });
  }, 60_000);

  test('get what a producer with another number has put into the wrong queues, once', async () => {
    await emit(1, 240, 'old');
    await emit(3, 240, 'odd');
    await eventually(() => expect(arrived()).toBe(960), WAIT);
    expectEachOnce();
  }, 120_000);
});

test('The work of a node is that of the accounts of its shards', async () => {
  const events = 1440;
  const one = await workOf(1, events);
  const four = await workOf(SHARDS, events);
  const whole = Math.max(...one);
  // Without shards one node does it all.
  expect(whole).toBeGreaterThan(0.9 * sumOf(one));
  const homes = await Promise.all(
    Array.from({ length: SHARDS }, async (_, shard) => (await cluster.masterOf(`{h${shard}}:x`)).port),
  );
  masters().forEach(({ port }, i) => {
    const mine = ACCOUNTS.filter((account) => homes[shardOf(account, SHARDS)] === port).length;
    const share = mine / ACCOUNTS.length;
    expect(four[i]! / whole).toBeLessThan(1.5 * share);
    expect(four[i]! / whole).toBeGreaterThan(0.6 * share);
  });
}, 180_000);

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Commands of each node, those inside of scripts included, while so many events are delivered. */
async function workOf(shards: number, events: number): Promise<number[]> {
  const house = await begin(shards);
  await house.startWorker();
  for (const { port } of masters()) await askRedis(port, 'CONFIG RESETSTAT');
  await emit(shards, events, `of-${shards}`);
  await eventually(() => expect(arrived()).toBe(events), WAIT);
  return Promise.all(masters().map(({ port }) => commandsOf(port)));
}

async function commandsOf(port: number): Promise<number> {
  const stats = String(await askRedis(port, 'INFO commandstats'));
  const calls = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)];
  // Of the house, not of the Cluster.
  const ours = calls.filter(([, name = '']) => !/^(info|ping|replconf|cluster|config|psync)/.test(name));
  return ours.reduce((sum, [, , count]) => sum + Number(count), 0);
}
