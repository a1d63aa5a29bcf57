import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { REAL_KEY, REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealAnswer, RealServer } from './testing/real-server.ts';

let redis: TestRedis;
/** Looks into Redis beside the servers. */
let raw: ReturnType<typeof connectStore>;
let one: RealServer;
let other: RealServer;
beforeAll(async () => {
  redis = await startRedis();
  raw = connectStore({ redis: redis.url, role: 'server' });
  one = startRealServer(redis.url);
  other = startRealServer(redis.url);
});
beforeEach(() => redis.flush());
afterAll(async () => {
  await Promise.all([one.close(), other.close()]);
  raw.disconnect();
  await redis.stop();
});

const APP = '/v1/accounts/jdoe/applications/shop';
const HERE = { 'sec-fetch-site': 'same-origin', 'x-hooklane-console': '1' };

function signIn(server: RealServer, token = REAL_TOKEN, more: object = {}): Promise<RealAnswer> {
  return server.ask('POST', '/v1/session', { body: { token }, headers: HERE, ...more });
}

/** The cookie as a browser sends it back. */
function cookieOf(answer: RealAnswer): { cookie: string } {
  return { cookie: String(answer.headers['set-cookie']).split(';', 1)[0] ?? '' };
}

async function signedIn(server = one): Promise<{ cookie: string }> {
  const answer = await signIn(server);
  expect(answer.status).toBe(200);
  return cookieOf(answer);
}

describe('Signing in', () => {
  test('gives a cookie that no script can read and no other site makes a browser send', async () => {
    const before = Date.now();
    const answer = await signIn(one);
    expect(answer.json).toMatchObject({ name: 'API token', roles: ['admin'], accounts: null });
    const lasts = Date.parse(String(answer.json['expiresAt'])) - before;
    expect(Math.abs(lasts - 12 * 3_600_000)).toBeLessThan(5000);
    const [pair, ...flags] = String(answer.headers['set-cookie']).split('; ');
    expect(pair).toMatch(/^hooklane_session=[\w-]{43}$/);
    expect(flags.toSorted()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict']);
    expect(answer.text).not.toContain(pair?.split('=')[1]);
  });

  test.each([
    ['the page is https, and a proxy ends TLS', { origin: 'https://localhost', host: 'localhost' }],
    ['the proxy says so', { 'x-forwarded-proto': 'https' }],
  ])('over https the cookie never leaves by http: %s', async (_why, headers) => {
    const answer = await signIn(one, REAL_TOKEN, { headers });
    expect(answer.status).toBe(200);
    expect(String(answer.headers['set-cookie'])).toMatch(/; Secure(;|$)/);
  });

  test('the cookie does what the token does, on every server', async () => {
    const headers = await signedIn();
    expect(await other.ask('GET', '/v1/session', { headers })).toMatchObject({
      status: 200,
      json: { name: 'API token' },
    });
    expect((await other.ask('GET', '/v1/scopes', { headers })).status).toBe(200);
    const write = await other.ask('PUT', APP, { body: { enabled: true }, headers: { ...headers, ...HERE } });
    expect(write).toMatchObject({ status: 200, json: { enabled: true } });
  });

  test('what Redis holds is of no use to who reads it', async () => {
    const { cookie } = await signedIn();
    const id = cookie.split('=')[1] ?? '';
    const keys = await raw.keys('*');
    const session = keys.find((key) => key.includes('session:')) ?? '';
    expect(session).not.toBe('');
    expect(keys.join() + JSON.stringify(await raw.hgetall(session))).not.toContain(id);
    const stolen = session.split(':').at(-1) ?? '';
    const headers = { cookie: `hooklane_session=${stolen}` };
    expect((await one.ask('GET', '/v1/scopes', { headers })).status).toBe(401);
    expect(await raw.pttl(session)).toBeGreaterThan(0);
  });

  test('a wrong token is refused, and not shown', async () => {
    const answer = await signIn(one, 'wrong-token-98765');
    expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized', field: 'token' } });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.text).not.toContain('98765');
    const long = await signIn(one, 'x'.repeat(2000));
    expect(long).toMatchObject({ status: 422, json: { field: 'token' } });
    expect(long.text).not.toContain('xxx');
  });

  test('signing in again in the same browser ends the session before', async () => {
    const first = await signedIn();
    const again = await signIn(one, REAL_TOKEN, { headers: { ...HERE, ...first } });
    expect(again.status).toBe(200);
    expect((await one.ask('GET', '/v1/scopes', { headers: first })).status).toBe(401);
    expect((await one.ask('GET', '/v1/scopes', { headers: cookieOf(again) })).status).toBe(200);
  });
});

describe('Guessing tokens', () => {
  test('ends after ten wrong ones a minute from one network, on all servers together', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 30 }, (_, i) => signIn(i % 2 === 0 ? one : other, `wrong-token-${i}`)),
    );
    const statuses = guesses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    const refused = await signIn(one);
    expect(refused).toMatchObject({ status: 429, json: { code: 'too_many_requests' } });
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect((await signIn(one, REAL_TOKEN, { address: '127.0.0.2' })).status).toBe(200);
  });

  test('addresses of one IPv6 network count together', async () => {
    for (let i = 0; i < 10; i++) await signIn(one, 'wrong-token', { address: `2001:db8:1:2::${i + 1}` });
    expect((await signIn(one, REAL_TOKEN, { address: '2001:db8:1:2:ffff::1' })).status).toBe(429);
    expect((await signIn(one, REAL_TOKEN, { address: '2001:db8:1:3::1' })).status).toBe(200);
  });

  test('who signs in with the right token is never held up', async () => {
    for (let i = 0; i < 15; i++) expect((await signIn(one)).status).toBe(200);
  });
});

describe('A write with the cookie', () => {
  test.each([
    ['from another site', { 'sec-fetch-site': 'cross-site', 'x-hooklane-console': '1' }],
    ['from another port or subdomain', { 'sec-fetch-site': 'same-site', 'x-hooklane-console': '1' }],
    ['typed into the address bar', { 'sec-fetch-site': 'none', 'x-hooklane-console': '1' }],
    ['without the header', { 'sec-fetch-site': 'same-origin' }],
    ['with another value of it', { 'sec-fetch-site': 'same-origin', 'x-hooklane-console': '0' }],
    ['of a program that says nothing of its origin', { 'x-hooklane-console': '1' }],
    [
      'from another origin, by an old browser',
      { origin: 'https://evil.example', 'x-hooklane-console': '1', host: 'localhost' },
    ],
    [
      'from a site that claims our origin',
      {
        'sec-fetch-site': 'cross-site',
        origin: 'http://localhost',
        host: 'localhost',
        'x-hooklane-console': '1',
      },
    ],
  ])('%s is refused', async (_what, headers) => {
    const session = await signedIn();
    const answer = await one.ask('PUT', APP, {
      body: { enabled: true },
      headers: { ...session, ...headers },
    });
    expect(answer).toMatchObject({ status: 403, json: { code: 'session_write_refused' } });
    expect((await one.ask('GET', APP, { headers: session })).json).toMatchObject({ enabled: false });
  });

  test('by an old browser of our own page goes through', async () => {
    const session = await signedIn();
    const headers = {
      ...session,
      origin: 'http://hooks.test:8080',
      host: 'hooks.test:8080',
      'x-hooklane-console': '1',
    };
    expect((await one.ask('PUT', APP, { body: { enabled: true }, headers })).status).toBe(200);
  });

  test('nobody signs a browser in or out from another site', async () => {
    const evil = { 'sec-fetch-site': 'cross-site', 'x-hooklane-console': '1' };
    expect(await signIn(one, REAL_TOKEN, { headers: evil })).toMatchObject({ status: 403 });
    const session = await signedIn();
    expect((await one.ask('DELETE', '/v1/session', { headers: { ...session, ...evil } })).status).toBe(403);
    expect((await one.ask('GET', '/v1/session', { headers: session })).status).toBe(200);
  });
});

describe('A session ends', () => {
  test('for all servers when somebody signs out', async () => {
    const session = await signedIn(one);
    const out = await other.ask('DELETE', '/v1/session', { headers: { ...session, ...HERE } });
    expect(out.status).toBe(204);
    expect(String(out.headers['set-cookie'])).toMatch(/^hooklane_session=; Max-Age=0; .*HttpOnly/);
    for (const server of [one, other]) {
      const answer = await server.ask('GET', '/v1/scopes', { headers: session });
      expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
    }
    const again = await one.ask('DELETE', '/v1/session', { headers: { ...session, ...HERE } });
    expect(again.status).toBe(204);
  });

  test('when its time is over', async () => {
    const late = createStore({
      redis: connectStore({ redis: redis.url, role: 'server' }),
      secrets: createSecretBox(REAL_KEY),
      clock: () => Date.now() + 12 * 3_600_000 + 1000,
    });
    const { cookie } = await signedIn();
    const id = cookie.split('=')[1] ?? '';
    expect(await one.ports.sessions.findSession(id)).not.toBeNull();
    expect(await late.sessions.findSession(id)).toBeNull();
    const key = (await raw.keys('*session:*'))[0] ?? '';
    await raw.hset(key, 'ends', Date.now() - 1);
    const answer = await one.ask('GET', '/v1/session', { headers: { cookie } });
    expect(answer).toMatchObject({ status: 401 });
    await late.close();
  });

  test('when the token that began it is no longer the one of the settings', async () => {
    const session = await signedIn();
    const changed = startRealServer(redis.url, { apiToken: 'another-token-0123456789' });
    expect((await changed.ask('GET', '/v1/scopes', { headers: session })).status).toBe(401);
    await changed.close();
  });

  test('at the latest when its holder has a thousand newer ones', async () => {
    const first = await signedIn();
    const { principalId } = (await one.ports.sessions.findSession(first.cookie.split('=')[1] ?? '')) ?? {
      principalId: '',
    };
    for (let i = 0; i < 10; i++) {
      await Promise.all(
        Array.from({ length: 100 }, () => one.ports.sessions.createSession(principalId, 50_000_000)),
      );
    }
    expect((await one.ask('GET', '/v1/scopes', { headers: first })).status).toBe(401);
    const keys = await raw.keys('*session:*');
    expect(keys).toHaveLength(1000);
  });
});

test('A token beside a cookie counts alone: a wrong one is refused', async () => {
  const session = await signedIn();
  const headers = { ...session, authorization: 'Bearer wrong-token-0123' };
  expect((await one.ask('GET', '/v1/scopes', { headers })).status).toBe(401);
  expect(
    (await one.ask('GET', '/v1/session', { headers: { authorization: `Bearer ${REAL_TOKEN}` } })).status,
  ).toBe(401);
});

test('A fresh secret is shown once, and the one before signs on for the overlap', async () => {
  const headers = { ...(await signedIn()), ...HERE };
  const body = { name: 'chat', event: 'build.finished', url: 'http://127.0.0.1:1/' };
  const hook = (await one.ask('POST', `${APP}/webhooks`, { body, headers })).json;
  const url = `/v1/webhooks/${String(hook['id'])}`;
  const first = await one.ask('POST', `${url}/rotate-secret`, { headers });
  expect(first).toMatchObject({ status: 200, json: { overlapUntil: null } });
  expect(first.json['secret']).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const second = await one.ask('POST', `${url}/rotate-secret`, { body: { overlap: '2h' }, headers });
  const overlap = Date.parse(String(second.json['overlapUntil'])) - Date.now();
  expect(Math.abs(overlap - 7_200_000)).toBeLessThan(5000);
  expect(second.json['secret']).not.toBe(first.json['secret']);
  const shown = await one.ask('GET', url, { headers });
  expect(shown.json).toMatchObject({ hasSecret: true });
  expect(shown.text).not.toContain('whsec_');
  expect(await one.ask('POST', `${url}/rotate-secret`, { body: { overlap: '8d' }, headers })).toMatchObject({
    status: 422,
    json: { field: 'overlap' },
  });
  // A header with one signature has room for one secret.
  for (const signing of ['github', 'token']) {
    await one.ask('PATCH', url, { body: { signing, secret: 'a-secret-for-a-header' }, headers });
    const alone = await one.ask('POST', `${url}/rotate-secret`, { body: { overlap: '2h' }, headers });
    expect(alone).toMatchObject({ status: 200, json: { overlapUntil: null } });
  }
  const none = await one.ask('POST', '/v1/webhooks/wh_none/rotate-secret', { headers });
  expect(none).toMatchObject({ status: 404 });
});

test('Scopes are found by a part of their name or account, in any case', async () => {
  const headers = { authorization: `Bearer ${REAL_TOKEN}` };
  for (const [account, kind, name] of [
    ['jdoe', 'applications', 'RubyShop'],
    ['jdoe', 'environments', 'Production'],
    ['ruby-team', 'environments', 'staging'],
  ]) {
    const url = `/v1/accounts/${account}/${kind}/${name}`;
    await one.ask('PUT', url, { body: { enabled: true }, headers });
  }
  const search = async (query: string): Promise<string[]> => {
    const { json } = await one.ask('GET', `/v1/scopes?${query}`, { headers });
    return (json['items'] as { scope: { name: string } }[]).map(({ scope }) => scope.name);
  };
  expect(await search('search=RUBY')).toEqual(['RubyShop', 'staging']);
  expect(await search('search=ruby&kind=environment')).toEqual(['staging']);
  expect(await search('search=uctio')).toEqual(['Production']);
  expect(await search('search=nothing')).toEqual([]);
  expect((await one.ask('GET', '/v1/scopes?search=', { headers })).status).toBe(422);
});
