import { afterEach, describe, expect, test } from '@jest/globals';
import { startReceiver } from '@hooklane/testkit';
import type { Receiver, Step } from '@hooklane/testkit';
import type { ApiError } from './api-error.ts';
import { ROUTES } from '../contract/routes.ts';
import type { CallId } from './calls.ts';
import { createClient } from './create-client.ts';
import type { ClientOptions } from './create-client.ts';

const CALLS = Object.keys(ROUTES).filter((id) => id !== 'streamDeliveries') as CallId[];
const TOKEN = 'hl_the-token-that-nobody-may-read';
const open: Receiver[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A server that answers as told, and a client of it. */
async function serve(steps: Step[], options: Partial<ClientOptions> = {}) {
  const server = await startReceiver();
  open.push(server);
  server.answer('*', ...steps);
  return { server, client: createClient({ url: server.url('/'), token: TOKEN, ...options }) };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
const problem = (status: number, more: object = {}, headers: Record<string, string> = {}) =>
  json(
    { type: 'about:blank', title: 'No', status, detail: 'A detail.', code: 'not_found', ...more },
    status,
    {
      ...headers,
      'content-type': 'application/problem+json',
    },
  );
const HEALTH = json({ ok: true });

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  return promise.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: unknown) => error as ApiError,
  );
}

describe('every route of the contract', () => {
  test.each(CALLS)('%s is callable: its method, its path, the token', async (id) => {
    const { server, client } = await serve([problem(404)]);
    const call = client[id] as (input: object) => Promise<unknown>;
    const error = await failure(call({ params: { id: 'a/b', account: 'jdoe', name: 'my shop' }, body: {} }));
    expect(error).toMatchObject({ name: 'ApiError', code: 'not_found', status: 404, message: 'A detail.' });
    const { path, method } = ROUTES[id];
    const wanted = path.replace('{id}', 'a%2Fb').replace('{account}', 'jdoe').replace('{name}', 'my%20shop');
    const [request] = server.requests;
    expect([request?.method, request?.path]).toEqual([method, wanted]);
    const authorization = path.startsWith('/v1/') ? `Bearer ${TOKEN}` : undefined;
    expect(request?.headers['authorization']).toBe(authorization);
    expect(request?.headers['content-type']).toBe('body' in ROUTES[id] ? 'application/json' : undefined);
  });

  test('there is no method beside them, listAll and followDeliveries', () => {
    const client = createClient({ url: 'http://localhost:1' });
    expect(Object.keys(client).toSorted()).toEqual([...CALLS, 'listAll', 'followDeliveries'].toSorted());
  });
});

describe('an answer', () => {
  test('keeps the fields that the contract does not know', async () => {
    const { client } = await serve([json({ ok: true, mood: 'good' })]);
    expect(await client.getHealth()).toEqual({ ok: true, mood: 'good' });
  });

  test('may have unknown fields deep inside a strict object', async () => {
    const redrive = { id: 'r', action: 'redrive', state: 'done', matched: 1, done: 1, finishedAt: null };
    const body = {
      ...redrive,
      reason: null,
      accounts: null,
      createdAt: '2026-01-01T00:00:00.000Z',
      filter: { account: 'a', mood: 1 },
    };
    const { client } = await serve([json(body)]);
    expect(await client.getRedrive({ params: { id: 'r' } })).toEqual(body);
  });

  test('without a needed field is refused with its name', async () => {
    const { client } = await serve([json({ items: [{}], next: null })]);
    const error = await failure(client.listDeliveries());
    expect(error).toMatchObject({ code: 'unexpected_answer', status: 200 });
    expect(error.message).toContain('items.0.id');
  });

  test('of 204 is null, of metrics a text, of 503 on /readyz a body', async () => {
    const readiness = { ok: false, version: null, problems: ['Redis is away.'] };
    const { client } = await serve([204, { body: 'up 1\n' }, json(readiness, 503)]);
    expect(await client.deleteWebhook({ params: { id: 'wh_1' } })).toBeNull();
    expect(await client.getMetrics()).toBe('up 1\n');
    expect(await client.getReadiness()).toEqual(readiness);
  });

  test.each<[string, Step]>([
    ['a page of a proxy', { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['no JSON', { status: 200, body: 'hello' }],
    [
      'a redirect, which is not followed',
      { status: 302, headers: { location: 'https://elsewhere.example/' } },
    ],
    ['a broken problem', { ...problem(404), body: '{' }],
  ])('that is %s is not one of ours', async (_what, step) => {
    const { server, client } = await serve([step]);
    expect(await failure(client.getHealth())).toMatchObject({ code: 'unexpected_answer' });
    expect(server.received).toBe(1);
  });
});

describe('a problem', () => {
  test('is an ApiError with all that the server said', async () => {
    const issues = [
      { field: 'name', message: 'too long' },
      { field: 'url', message: 'no url' },
    ];
    const step = problem(422, { code: 'invalid_field', field: 'name', issues }, { 'x-request-id': 'r-1' });
    const { client } = await serve([step]);
    const error = await failure(client.listScopes());
    expect(error).toMatchObject({ code: 'invalid_field', field: 'name', issues, requestId: 'r-1' });
  });

  test('may have a code that only a newer server knows', async () => {
    const { client } = await serve([problem(418, { code: 'is_a_teapot' })]);
    expect(await failure(client.getHealth())).toMatchObject({ code: 'is_a_teapot', status: 418 });
  });
});

describe('a call is made again', () => {
  const again = { 'retry-after': '0' };

  test.each<[string, Step]>([
    ['429', problem(429, {}, again)],
    ['503', problem(503, {}, again)],
    ['a broken connection', 'reset'],
  ])('after %s, twice at most', async (_what, step) => {
    const { server, client } = await serve([step, step, HEALTH]);
    expect(await client.getHealth()).toEqual({ ok: true });
    expect(server.received).toBe(3);
    const { server: sick, client: other } = await serve([step]);
    await failure(other.getHealth());
    expect(sick.received).toBe(3);
  });

  test('not when retries is 0, and not after other errors', async () => {
    const { server, client } = await serve([problem(503)], { retries: 0 });
    await failure(client.getHealth());
    expect(server.received).toBe(1);
    const other = await serve([problem(500)]);
    await failure(other.client.getHealth());
    expect(other.server.received).toBe(1);
  });

  test('when Retry-After says, and not at all when that is too long', async () => {
    const { server, client } = await serve([problem(503, {}, { 'retry-after': '1' }), HEALTH]);
    const start = performance.now();
    await client.getHealth();
    expect(performance.now() - start).toBeGreaterThan(950);
    expect(server.received).toBe(2);
    const late = await serve([problem(503, {}, { 'retry-after': '11' })]);
    expect(await failure(late.client.getHealth())).toMatchObject({ status: 503, retryAfterMs: 11_000 });
    expect(late.server.received).toBe(1);
  });

  test('only when it is safe: an event with an id is, one without or another POST is not', async () => {
    const event = { account: 'jdoe', type: 'build.started' as const, body: {} };
    const { server, client } = await serve([problem(503, {}, again)]);
    await failure(client.emitEvent({ body: event }));
    expect(server.received).toBe(1);
    await failure(client.redeliver({ params: { id: 'd' } }));
    await failure(client.updateWebhook({ params: { id: 'd' }, body: {} }));
    expect(server.received).toBe(3);
    await failure(client.emitEvent({ body: { ...event, id: 'mine' } }));
    expect(server.received).toBe(6);
  });

  test('until the caller gives up, at once', async () => {
    const { client } = await serve([problem(503, {}, { 'retry-after': '9' })]);
    const signal = AbortSignal.timeout(100);
    const start = performance.now();
    expect(await failure(client.getHealth({}, { signal }))).toBe(signal.reason);
    expect(performance.now() - start).toBeLessThan(8000);
  });
});

describe('no answer', () => {
  test('nobody listens: unreachable, with the address', async () => {
    const { server, client } = await serve([200], { retries: 0 });
    await server.close();
    const error = await failure(client.getHealth());
    expect(error).toMatchObject({ code: 'unreachable', status: null });
    expect(error.message).toContain(
      `http://127.0.0.1:${server.port} cannot be reached: connect ECONNREFUSED`,
    );
  });

  test.each<Step>(['hang', 'drip'])('%s: timeout, and no second try', async (step) => {
    const { server, client } = await serve([step], { timeoutMs: 150 });
    const error = await failure(client.getMetrics());
    expect(error).toMatchObject({ code: 'timeout', status: null });
    expect(server.received).toBe(1);
  });
});

describe('a list', () => {
  const item = (name: string) => ({
    account: 'jdoe',
    scope: { kind: 'application', name },
    enabled: true,
    webhooks: 1,
  });

  test('comes page by page, as it is asked for', async () => {
    const { server, client } = await serve([
      json({ items: [item('a'), item('b')], next: 'c&1' }),
      json({ items: [], next: 'c2' }),
      json({ items: [item('c')], next: null }),
    ]);
    const seen: string[] = [];
    for await (const { scope } of client.listAll('listScopes', { account: 'jdoe', limit: 2 })) {
      if (seen.push(scope.name) === 1) expect(server.received).toBe(1);
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    const first = '/v1/scopes?account=jdoe&limit=2';
    const paths = server.requests.map((request) => request.path);
    expect(paths).toEqual([first, `${first}&cursor=c%261`, `${first}&cursor=c2`]);
  });

  test('that runs in a circle ends', async () => {
    const { client } = await serve([json({ items: [item('a')], next: 'c' })]);
    const all = async () => {
      for await (const _ of client.listAll('listScopes'));
    };
    expect(await failure(all())).toMatchObject({ code: 'unexpected_answer' });
  });
});

describe('the token', () => {
  test('is in no message and no cause, whatever happens', async () => {
    const steps: Step[] = [problem(401, { code: 'unauthorized' }), 'reset', 'hang', { body: 'x' }];
    const { client } = await serve(steps, { timeoutMs: 100, retries: 0 });
    for (const _ of steps) {
      const error = await failure(client.getWebhook({ params: { id: 'x' } }));
      expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(TOKEN);
    }
  });

  test.each(['with space', 'line\nbreak', 'ünicode', ''])('%j is refused without showing it', (token) => {
    const make = () => createClient({ url: 'http://localhost', token });
    expect(make).toThrow(/^token must be printable ASCII without spaces; this one is not\.$/);
  });
});

describe('a page that the server serves', () => {
  test('calls with the cookie of its session, and with the header that a write needs', async () => {
    const { server } = await serve([json({ enabled: true, webhooks: [] })]);
    const inits: RequestInit[] = [];
    const client = createClient({
      url: server.url('/'),
      session: true,
      fetch: (input, init) => {
        inits.push(init ?? {});
        return fetch(input, init);
      },
    });
    await client.setApplication({ params: { account: 'jdoe', name: 'a' }, body: { enabled: true } });
    expect(inits[0]?.credentials).toBe('same-origin');
    expect(server.requests[0]?.headers).toMatchObject({ 'x-hooklane-console': '1' });
    expect(server.requests[0]?.headers['authorization']).toBeUndefined();
  });

  test('has no token; all others send no cookie', async () => {
    expect(() => createClient({ url: 'http://localhost', token: TOKEN, session: true })).toThrow(/^token/);
    const { server, client } = await serve([json({ enabled: true, webhooks: [] })]);
    await client.getApplication({ params: { account: 'jdoe', name: 'a' } });
    expect(server.requests[0]?.headers['x-hooklane-console']).toBeUndefined();
  });
});

test.each(['', 'localhost:8080', 'ftp://x', 'http://u:p@host', 'http://host/?q', 'http://host/#f'])(
  'the address %j cannot be used',
  (url) => {
    expect(() => createClient({ url })).toThrow(/^url must/);
  },
);

test('an address may have a path', async () => {
  const { server } = await serve([HEALTH]);
  await createClient({ url: server.url('/hooks/') }).getHealth();
  expect(server.requests[0]?.path).toBe('/hooks/healthz');
});

test.each(['', '.', '..'])('the parameter %j, which would lead elsewhere, is refused', async (id) => {
  const client = createClient({ url: 'http://localhost:1' });
  expect(await failure(client.getWebhook({ params: { id } }))).toMatchObject({ code: 'invalid_field' });
});
