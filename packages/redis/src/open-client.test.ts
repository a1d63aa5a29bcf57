import { afterEach, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@hooklane/local';
import { createAuthority, eventually, startRedis, startRedisCluster, startSentinel } from '@hooklane/testkit';
import type { Authority, TestRedis } from '@hooklane/testkit';
import type { RedisAccess } from '@hooklane/core';
import { closeClient } from './close-client.ts';
import { isConnectionFailure, whyUnconnected } from './failures.ts';
import { nodeOf } from './node-of.ts';
import { openClient, openSibling } from './open-client.ts';
import type { ClientBounds } from './open-client.ts';
import { readAccess } from './read-access.ts';
import type { RedisClient } from './redis-client.ts';

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
  let authority: Authority;

  async function startTls(san: string): Promise<{ port: number; admin: TestRedis; ca: string }> {
    authority = await createAuthority();
    ends.push(() => authority.dispose());
    const folder = mkdtempSync(join(tmpdir(), 'hooklane-redis-tls-'));
    ends.push(() => Promise.resolve(rmSync(folder, { recursive: true })));
    const { key, cert } = await authority.issue(san);
    const file = (name: string): string => join(folder, name);
    const ca = await authority.certificate();
    await Promise.all([
      writeFile(file('key'), key),
      writeFile(file('cert'), cert),
      writeFile(file('ca'), ca),
    ]);
    const port = await freePort();
    const files = [
      '--tls-key-file',
      file('key'),
      '--tls-cert-file',
      file('cert'),
      '--tls-ca-cert-file',
      file('ca'),
    ];
    const user = ['--user', 'ann', 'on', '>s3cret', '~{h0}*', '&*', '+@all'];
    const admin = stopLater(
      await startRedis({ args: ['--tls-port', String(port), '--tls-auth-clients', 'no', ...files, ...user] }),
    );
    return { port, admin, ca };
  }

  test('a private authority and a user with rights are enough', async () => {
    const { port, ca } = await startTls('IP:127.0.0.1');
    const client = open({ url: `rediss://ann:s3cret@127.0.0.1:${port}`, ca });
    expect(await client.set(KEY, 'safe')).toBe('OK');
    await expect(client.set('elsewhere', 'no')).rejects.toThrow('NOPERM');
  }, 60_000);

  test('an unknown authority is refused, and the reason says what to set', async () => {
    const { port } = await startTls('IP:127.0.0.1');
    const client = open(`rediss://ann:s3cret@127.0.0.1:${port}`, PROMPT);
    expect(isConnectionFailure(await failureOf(client.get(KEY)))).toBe(true);
    expect(whyUnconnected(client)).toContain('HOOKLANE_REDIS_CA_FILE');
    expect(whyUnconnected(client)).not.toContain('s3cret');
  }, 60_000);

  test('a certificate for another name is refused, unless that name is expected', async () => {
    const { port, ca } = await startTls('DNS:redis.test');
    const url = `rediss://ann:s3cret@127.0.0.1:${port}`;
    const client = open({ url, ca }, PROMPT);
    expect(isConnectionFailure(await failureOf(client.get(KEY)))).toBe(true);
    expect(whyUnconnected(client)).toContain('HOOKLANE_REDIS_SERVER_NAME');
    expect(await open({ url, ca, serverName: 'redis.test' }).set(KEY, 'safe')).toBe('OK');
  }, 60_000);
});
