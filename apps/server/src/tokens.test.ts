/** API tokens on a real Redis, as their makers and holders see them. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { connectStore } from '@hooklane/store';
import { REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealServer } from './testing/real-server.ts';

let redis: TestRedis;
let server: RealServer;
let client: ReturnType<typeof connectStore>;
beforeAll(async () => {
  redis = await startRedis();
  server = startRealServer(redis.url);
  client = connectStore({ redis: redis.url, role: 'worker' });
});
afterAll(async () => {
  await server.close();
  client.disconnect();
  await redis.stop();
});

const asRoot = (method: 'GET' | 'POST' | 'DELETE', url: string, body?: object) =>
  server.ask(method, url, {
    headers: { authorization: `Bearer ${REAL_TOKEN}` },
    ...(body === undefined ? {} : { body }),
  });
const use = (token: unknown, at = server) =>
  at.ask('GET', '/v1/scopes', { headers: { authorization: `Bearer ${String(token)}` } });

test('a token is shown once, kept as a digest, listed with its last use, and gone at once when revoked', async () => {
  const { status, json, headers } = await asRoot('POST', '/v1/tokens', {
    name: 'ci of shop',
    roles: ['read', 'emit', 'read'],
    accounts: ['jdoe'],
  });
  expect(status).toBe(201);
  expect(json).toMatchObject({
    name: 'ci of shop',
    roles: ['read', 'emit'],
    accounts: ['jdoe'],
    createdBy: 'API token',
    expiresAt: null,
    lastUsedAt: null,
    token: expect.stringMatching(/^hlk_[A-Za-z0-9_-]{43}$/),
  });
  expect(headers['location']).toBe(`/v1/tokens/${String(json['id'])}`);
  const token = String(json['token']);
  expect((await use(token)).status).toBe(200);
  const { json: list, text } = await asRoot('GET', '/v1/tokens');
  expect(list).toMatchObject({ items: [{ id: json['id'], lastUsedAt: expect.any(String) }], next: null });
  expect(text).not.toContain(token);
  const kept = await client.hgetall(`{h0}:token:${String(json['id'])}`);
  expect(JSON.stringify(kept)).not.toContain(token);
  expect(JSON.stringify(kept)).not.toContain(token.slice(4, 16));

  const replica = startRealServer(redis.url);
  expect((await use(token, replica)).status).toBe(200);
  expect((await asRoot('DELETE', `/v1/tokens/${String(json['id'])}`)).status).toBe(204);
  expect((await use(token, replica)).status).toBe(401);
  expect((await use(token)).status).toBe(401);
  expect((await asRoot('DELETE', `/v1/tokens/${String(json['id'])}`)).status).toBe(404);
  await replica.close();
});

test('its last use is written at most once a minute', async () => {
  const { json } = await asRoot('POST', '/v1/tokens', { name: 'busy', roles: ['read'] });
  const key = `{h0}:token:${String(json['id'])}`;
  await use(json['token']);
  const first = await client.hget(key, 'usedAt');
  await new Promise((resolve) => setTimeout(resolve, 20));
  await use(json['token']);
  expect(await client.hget(key, 'usedAt')).toBe(first);
  await client.hset(key, 'usedAt', Date.now() - 61_000);
  await use(json['token']);
  expect(Number(await client.hget(key, 'usedAt'))).toBeGreaterThan(Date.now() - 10_000);
});

test('it ends when it is said to', async () => {
  const expiresAt = new Date(Date.now() + 400).toISOString();
  const { json } = await asRoot('POST', '/v1/tokens', { name: 'short', roles: ['read'], expiresAt });
  expect((await use(json['token'])).status).toBe(200);
  await eventually(async () => {
    expect((await use(json['token'])).status).toBe(401);
  });
});

test.each([
  [{ roles: ['read'] }, 'name'],
  [{ name: ' ', roles: ['read'] }, 'name'],
  [{ name: 'a\nb', roles: ['read'] }, 'name'],
  [{ name: 'x', roles: [] }, 'roles'],
  [{ name: 'x', roles: ['root'] }, 'roles.0'],
  [{ name: 'x', roles: ['read'], accounts: [] }, 'accounts'],
  [{ name: 'x', roles: ['read'], accounts: ['a b'] }, 'accounts.0'],
  [{ name: 'x', roles: ['admin'], accounts: ['jdoe'] }, 'accounts'],
  [{ name: 'x', roles: ['read'], expiresAt: '2001-01-01T00:00:00Z' }, 'expiresAt'],
  [{ name: 'x', roles: ['read'], expiresAt: 'tomorrow' }, 'expiresAt'],
  [{ name: 'x', roles: ['read'], token: 'mine' }, 'token'],
])('%j is refused for %s', async (body, field) => {
  expect(await asRoot('POST', '/v1/tokens', body)).toMatchObject({ status: 422, json: { field } });
});

test('a list that is too short or too long says its bound and how many it has', async () => {
  const refused = async (body: object) => (await asRoot('POST', '/v1/tokens', { name: 'x', ...body })).json;
  expect(await refused({ roles: [] })).toMatchObject({
    detail: 'roles must have at least 1 entry; this one has 0.',
  });
  const accounts = Array.from({ length: 101 }, (_, i) => `a${i}`);
  expect(await refused({ roles: ['read'], accounts })).toMatchObject({
    detail: 'accounts must have at most 100 entries; this one has 101.',
  });
});

test.each(['hlk_', `hlk_${'A'.repeat(43)}`, `hlk_${'A'.repeat(44)}`, 'hl_x', '%', 'x'.repeat(5000)])(
  '%s is nobody',
  async (token) => {
    expect((await use(token)).status).toBe(401);
  },
);

test('too many requests of one token, and too many wrong tokens, are answered 429 with Retry-After', async () => {
  const limited = startRealServer(redis.url, { requestLimits: { perToken: 3, failures: 2 } });
  for (let i = 0; i < 3; i += 1) expect((await use(REAL_TOKEN, limited)).status).toBe(200);
  const over = await use(REAL_TOKEN, limited);
  expect(over).toMatchObject({ status: 429, json: { code: 'too_many_requests' } });
  expect(Number(over.headers['retry-after'])).toBeGreaterThan(0);
  for (let i = 0; i < 2; i += 1) expect((await use(`wrong-${i}`, limited)).status).toBe(401);
  expect((await use('wrong-again', limited)).status).toBe(429);
  // Known from this address: its own limit holds, and no other.
  expect((await use(REAL_TOKEN, limited)).json['detail']).toContain('may make 3 requests');
  await limited.close();
});
