import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ROUTES } from '@hooklane/client';
import type { Route } from '@hooklane/client';
import { TOKEN, makeTestServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

let server: TestServer;
beforeEach(() => {
  server = makeTestServer();
});
afterEach(() => server.app.close());

const API_ROUTES = Object.values<Route>(ROUTES).filter(
  ({ path, open }) => path.startsWith('/v1/') && open !== true,
);
const OPEN_PATHS = ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/'];

describe('the token', () => {
  test.each(API_ROUTES.map(({ method, path }) => [method, path] as const))(
    '%s %s is refused without it',
    async (method, path) => {
      const answer = await server.ask(method, path.replaceAll(/[{}]/g, ''), undefined, { authorization: '' });
      expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized', status: 401 } });
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    },
  );

  test.each([
    ['another token', 'Bearer test-token-0123456780'],
    ['the beginning of the token', `Bearer ${TOKEN.slice(0, -1)}`],
    ['the token and more', `Bearer ${TOKEN}x`],
    ['another scheme', `Basic ${TOKEN}`],
    ['no scheme', TOKEN],
    ['no token', 'Bearer '],
  ])('%s is refused, and not shown', async (_what, authorization) => {
    const answer = await server.ask('GET', '/v1/scopes', undefined, { authorization });
    expect(answer.status).toBe(401);
    expect(answer.text + server.lines.join('')).not.toContain('test-token');
  });

  test('the scheme may be written in any case', async () => {
    expect(
      (await server.ask('GET', '/v1/scopes', undefined, { authorization: `bearer ${TOKEN}` })).status,
    ).toBe(200);
  });

  test('an address cannot be disguised', async () => {
    for (const url of ['/%76%31/scopes', '/v1/%73copes', '//v1/scopes', '/./v1/scopes', '/V1/scopes']) {
      expect([401, 404]).toContain((await server.ask('GET', url, undefined, { authorization: '' })).status);
    }
  });

  test.each(OPEN_PATHS)('%s needs none', async (path) => {
    const answer = await server.ask('GET', path, undefined, { authorization: '' });
    expect(answer.status).toBe(200);
  });
});

describe('what cannot be served', () => {
  test.each(['/v1', '/v1/', '/v1/nothing', '/nothing', '/docs/nothing'])('%s: 404', async (path) => {
    const answer = await server.ask('GET', path);
    expect(answer).toMatchObject({ status: 404, json: { code: 'not_found', type: 'about:blank' } });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  test.each([
    ['PUT', '/v1/events', 'POST'],
    ['POST', '/v1/webhooks/x', 'DELETE, GET, HEAD, PATCH'],
    ['DELETE', '/healthz', 'GET, HEAD'],
    ['OPTIONS', '/v1/deliveries', 'GET, HEAD'],
  ] as const)('%s %s: 405 with Allow', async (method, path, allow) => {
    const answer = await server.ask(method, path);
    expect(answer).toMatchObject({ status: 405, json: { code: 'method_not_allowed' } });
    expect(answer.headers['allow']).toBe(allow);
  });

  test('a method that is not there tells nothing without a token', async () => {
    expect((await server.ask('PUT', '/v1/events', undefined, { authorization: '' })).status).toBe(401);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'nonsense'])(
    'a body of %s: 415',
    async (type) => {
      const answer = await server.ask('POST', '/v1/events', '{}', { 'content-type': type });
      expect(answer).toMatchObject({ status: 415, json: { code: 'unsupported_media_type' } });
    },
  );

  test('a compressed body: 415', async () => {
    const answer = await server.ask('POST', '/v1/events', '{}', { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(415);
  });

  test('a body of 64 KiB and more where none of that size is needed: 413', async () => {
    const answer = await server.ask('PATCH', '/v1/webhooks/x', { secret: 'x'.repeat(70_000) });
    expect(answer).toMatchObject({ status: 413, json: { code: 'body_too_large' } });
    expect(answer.json['detail']).toContain('65536');
  });

  test('broken JSON: 400 that says where', async () => {
    const answer = await server.ask('POST', '/v1/events', '{"account": x}');
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    expect(answer.json['detail']).toBe('The body is not JSON: it breaks at position 12 of 14.');
  });

  test.each([
    ['/v1/webhooks/%zz', 'percent'],
    [`/v1/webhooks/${'x'.repeat(1100)}`, 'may have 1024 characters'],
  ])('an address that cannot be read: 400', async (url, words) => {
    const answer = await server.ask('GET', url);
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    expect(answer.json['detail']).toContain(words);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test.each([
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-site'],
    ['origin', 'https://evil.example'],
    ['origin', 'null'],
  ])('a write from the page of another site (%s: %s): 403', async (name, value) => {
    const url = '/v1/accounts/jdoe/applications/a';
    const answer = await server.ask('PUT', url, { enabled: true }, { [name]: value });
    expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden_origin' } });
    expect(server.state.switches.size).toBe(0);
    expect((await server.ask('GET', url, undefined, { [name]: value })).status).toBe(200);
  });

  test.each([
    ['sec-fetch-site', 'same-origin'],
    ['origin', 'http://localhost:80'],
  ])('a write from our own page goes through (%s)', async (name, value) => {
    const url = '/v1/accounts/jdoe/applications/a';
    const headers = { [name]: value, host: 'localhost' };
    expect((await server.ask('PUT', url, { enabled: true }, headers)).status).toBe(200);
  });
});

describe('every answer', () => {
  test.each([...OPEN_PATHS, '/v1/scopes', '/nothing', '/docs/static/swagger-ui.css'])(
    '%s forbids what a browser need not do',
    async (path) => {
      const { headers } = await server.ask('GET', path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['server'] ?? headers['x-powered-by']).toBeUndefined();
    },
  );

  test('has a request id, which its line in the log has too; a caller cannot choose it', async () => {
    const { headers } = await server.ask('GET', '/v1/scopes', undefined, {
      'x-request-id': 'mine',
      'request-id': 'mine',
    });
    const id = String(headers['x-request-id']);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const line = server.lines
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .find(({ requestId }) => requestId === id);
    expect(line).toMatchObject({ method: 'GET', route: '/v1/scopes', status: 200 });
  });

  test('is counted by the pattern of its route, never by its path', async () => {
    await server.ask('GET', '/v1/webhooks/wh_1');
    await server.ask('GET', '/v1/webhooks/wh_2');
    await server.ask('GET', '/no/such/place');
    await server.ask('PUT', '/v1/webhooks/wh_2');
    expect(server.samples.map(({ route, status }) => `${route} ${status}`)).toEqual([
      '/v1/webhooks/:id 404',
      '/v1/webhooks/:id 404',
      'unmatched 404',
      '/v1/webhooks/:id 405',
    ]);
  });
});

describe('probes', () => {
  test('/healthz says that the process lives, whatever Redis does', async () => {
    server.state.readiness = { ok: false, version: null, problems: ['Away.'] };
    expect(await server.ask('GET', '/healthz')).toMatchObject({ status: 200, json: { ok: true } });
  });

  test('/readyz says what keeps the server from its work', async () => {
    expect((await server.ask('GET', '/readyz')).json).toEqual({ ok: true, version: '7.0.15', problems: [] });
    const readiness = { ok: false, version: '7.0.15', problems: ['maxmemory-policy is allkeys-lru.'] };
    server.state.readiness = readiness;
    expect(await server.ask('GET', '/readyz')).toMatchObject({ status: 503, json: readiness });
  });

  test('/metrics is text for Prometheus', async () => {
    const { text, headers } = await server.ask('GET', '/metrics');
    expect(text).toBe('up 1\n');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  test('HEAD works where GET does', async () => {
    expect(await server.ask('HEAD', '/healthz')).toMatchObject({ status: 200, text: '' });
  });
});
