import { afterEach, describe, expect, test } from '@jest/globals';
import { freePort } from '@hooklane/local';
import {
  askRedis,
  eventually,
  startRedis,
  startRedisCluster,
  startSentinel,
  startTcpProxy,
  startTlsRedis,
} from '@hooklane/testkit';
import type { RedisAccess } from '@hooklane/core';
import { closeClient } from './close-client.ts';
import { isConnectionFailure, whyUnconnected } from './failures.ts';
import { nodeOf } from './node-of.ts';
import { openClient, openSibling } from './open-client.ts';
import type { ClientBounds } from './open-client.ts';
import { readAccess } from './read-access.ts';
import type { RedisClient } from './redis-client.ts';
import { writeToReplicas } from './write-to-replicas.ts';

const SETUP_MS = 120_000;
const PATIENT: ClientBounds = { connectMs: 2000, retries: null };
const PROMPT: ClientBounds = { connectMs: 2000, retries: 1, commandMs: 500, socketMs: 2000 };
const KEY = '{h0}:key';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
}, SETUP_MS);

function stopLater<T extends { stop(): Promise<void> }>(started: T): T {
  ends.push(() => started.stop());
  return started;
}

function open(redis: string | RedisAccess, bounds = PATIENT): RedisClient {
  const client = openClient(readAccess(redis), bounds, (one) => {
    for (const event of ['error', 'node error']) one.on(event, () => undefined);
  });
  ends.push(() => closeClient(client));
  return client;
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

async function portOf(client: RedisClient): Promise<number> {
  const info = await (await nodeOf(client, KEY)).info('server');
  return Number(/^tcp_port:(\d+)/m.exec(info)?.[1]);
}

test(
  'Cluster: what is asked without a key goes to the node of the shard, also after that node was killed',
  async () => {
    const cluster = stopLater(await startRedisCluster());
    const client = open(cluster.url);
    await client.set(KEY, 'before');
    const first = await cluster.masterOf(KEY);
    expect(await portOf(client)).toBe(first.port);
    await client.wait(1, 5000);
    await first.kill9();
    expect(await client.set(KEY, 'after')).toBe('OK');
    await eventually(async () => expect(await portOf(client)).not.toBe(first.port), { timeoutMs: 30_000 });
    expect(await openSiblingOf(client).get(KEY)).toBe('after');
  },
  SETUP_MS,
);

test(
  'Cluster: a command that nobody answers in its time fails, and who asks again is answered by the replica that takes over',
  async () => {
    const cluster = stopLater(await startRedisCluster());
    const client = open(cluster.url, { ...PATIENT, clusterCommandMs: 1000 });
    await client.set(KEY, 'before');
    const master = await cluster.masterOf(KEY);
    await client.wait(1, 5000);
    await master.pause();
    ends.push(() => master.resume());
    expect(await failureOf(client.set(KEY, 'never'))).toMatchObject({ message: 'Command timed out' });
    await eventually(() => client.set(KEY, 'after'), { timeoutMs: 60_000 });
    expect(await portOf(client)).not.toBe(master.port);
  },
  SETUP_MS,
);

function openSiblingOf(client: RedisClient): RedisClient {
  const sibling = openSibling(client, PATIENT);
  for (const event of ['error', 'node error']) sibling.on(event, () => undefined);
  ends.push(() => closeClient(sibling));
  return sibling;
}

test(
  'Sentinel: a client with the password of the Sentinels follows the master to another server',
  async () => {
    const house = stopLater(await startSentinel({ sentinelPassword: 'watch' }));
    const client = open({ url: house.url, sentinelPassword: 'watch' });
    await client.set(KEY, 'before');
    const first = await house.master();
    expect(await portOf(client)).toBe(first.port);
    await first.kill9();
    await eventually(async () => expect((await house.master()).port).not.toBe(first.port), {
      timeoutMs: 30_000,
    });
    expect(await client.set(KEY, 'after')).toBe('OK');
    expect(await portOf(client)).not.toBe(first.port);

    const stranger = open(house.url, PROMPT);
    expect(isConnectionFailure(await failureOf(stranger.get(KEY)))).toBe(true);
    await eventually(() => expect(whyUnconnected(stranger)).toMatch(/NOAUTH|sentinels are unreachable/i));
  },
  SETUP_MS,
);

test.each(['redis://', 'redis+cluster://', 'redis+sentinel://'])(
  '%s: where nobody answers, a command with a bound fails in time, and closing does not wait',
  async (scheme) => {
    const end = scheme === 'redis+sentinel://' ? '/mymaster' : '';
    const client = open(`${scheme}127.0.0.1:${await freePort()}${end}`, PROMPT);
    const waiting = failureOf(client.get(KEY));
    expect(isConnectionFailure(await waiting)).toBe(true);
    await eventually(() => expect(whyUnconnected(client)).toContain('ECONNREFUSED'));
    const last = failureOf(client.get(KEY));
    await closeClient(client);
    expect(isConnectionFailure(await last)).toBe(true);
    expect(client.status).toBe('end');
  },
);

describe('TLS', () => {
  const USER = ['--user', 'ann', 'on', '>s3cret', '~{h0}*', '&*', '+@all'];

  async function startTls(san: string): Promise<{ url: string; ca: string }> {
    const { port, ca } = stopLater(await startTlsRedis(san, USER));
    return { url: `rediss://ann:s3cret@127.0.0.1:${port}`, ca };
  }

  test('a private authority and a user with rights are enough', async () => {
    const client = open(await startTls('IP:127.0.0.1'));
    expect(await client.set(KEY, 'safe')).toBe('OK');
    await expect(client.set('elsewhere', 'no')).rejects.toThrow('NOPERM');
  }, 60_000);

  test('an unknown authority is refused, and the reason says what to set', async () => {
    const { url } = await startTls('IP:127.0.0.1');
    const client = open(url, PROMPT);
    expect(isConnectionFailure(await failureOf(client.get(KEY)))).toBe(true);
    expect(whyUnconnected(client)).toContain('HOOKLANE_REDIS_CA_FILE');
    expect(whyUnconnected(client)).not.toContain('s3cret');
  }, 60_000);

  test('a certificate for another name is refused, unless that name is expected', async () => {
    const access = await startTls('DNS:redis.test');
    const client = open(access, PROMPT);
    expect(isConnectionFailure(await failureOf(client.get(KEY)))).toBe(true);
    expect(whyUnconnected(client)).toContain('HOOKLANE_REDIS_SERVER_NAME');
    expect(await open({ ...access, serverName: 'redis.test' }).set(KEY, 'safe')).toBe('OK');
  }, 60_000);
});

describe('a write that replicas must have', () => {
  test('is done when they have it, and fails when they do not, or when there are none', async () => {
    const [primary, replica] = [stopLater(await startRedis()), stopLater(await startRedis())];
    const link = await startTcpProxy(primary.port);
    ends.push(() => link.close());
    const client = open(primary.url, PROMPT);
    const write = (replicas: number): Promise<unknown> =>
      writeToReplicas(client, KEY, { replicas, withinMs: 300 }, () => client.set(KEY, 'x'));
    expect(await write(0)).toBe('OK');
    await expect(write(1)).rejects.toThrow('0 of 1');
    await askRedis(replica.port, `REPLICAOF 127.0.0.1 ${link.port}`);
    await eventually(async () => expect(await write(1)).toBe('OK'), { timeoutMs: 30_000 });
    await expect(write(2)).rejects.toThrow('1 of 2');
    link.split();
    const failure = await failureOf(write(1));
    expect(String(failure)).toContain('0 of 1');
    expect(isConnectionFailure(failure)).toBe(true);
  }, 60_000);

  test('is unknown when the connection changed between the write and the question', async () => {
    const primary = stopLater(await startRedis());
    const client = open(primary.url);
    const write = writeToReplicas(client, KEY, { replicas: 1, withinMs: 100 }, async () => {
      await client.set(KEY, 'x');
      await askRedis(primary.port, 'CLIENT KILL TYPE normal');
    });
    expect(isConnectionFailure(await failureOf(write))).toBe(true);
  }, 60_000);
});
