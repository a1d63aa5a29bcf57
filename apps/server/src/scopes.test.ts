import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sampleWebhook } from './testing/memory-ports.ts';
import { makeTestServer } from './testing/test-server.ts';
import type { TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeEach(() => {
  server = makeTestServer();
});
afterEach(() => server.app.close());

describe.each(['applications', 'environments'])('/v1/accounts/{account}/%s/{name}', (kind) => {
  const url = (name: string): string => `/v1/accounts/jdoe/${kind}/${name}`;

  test('a scope that nobody configured is off and empty', async () => {
    expect(await server.ask('GET', url('New'))).toMatchObject({
      status: 200,
      json: { enabled: false, webhooks: [] },
    });
  });

  test('its master switch goes on and off', async () => {
    expect((await server.ask('PUT', url('A'), { enabled: true })).json).toEqual({
      enabled: true,
      webhooks: [],
    });
    expect((await server.ask('GET', url('a'))).json).toMatchObject({ enabled: true });
    expect((await server.ask('PUT', url('A'), { enabled: false })).json).toMatchObject({ enabled: false });
  });

  test('a name may hold any character', async () => {
    const name = encodeURIComponent(`a/b ü%?#${'x'.repeat(240)}`);
    await server.ask('PUT', url(name), { enabled: true });
    expect([...server.state.switches.values()][0]?.name).toBe(decodeURIComponent(name));
  });

  test.each([
    ['enabled is missing', '', {}, 'enabled'],
    ['enabled is text', '', { enabled: 'true' }, 'enabled'],
    ['there is more', '', { enabled: true, webhooks: [] }, 'webhooks'],
    ['the name is too long', 'x'.repeat(300), { enabled: true }, 'name'],
  ])('refuses a switch when %s', async (_what, name, body, field) => {
    const answer = await server.ask('PUT', url(name === '' ? 'A' : name), body);
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid_field', field } });
    expect(server.state.switches.size).toBe(0);
  });

  test('refuses an account that cannot be one', async () => {
    const answer = await server.ask('GET', `/v1/accounts/j%20doe/${kind}/A`);
    expect(answer).toMatchObject({ status: 422, json: { field: 'account' } });
  });
});

test('a scope lists its own webhooks and no others', async () => {
  server.state.webhooks.set('wh_01', sampleWebhook());
  server.state.webhooks.set(
    'wh_02',
    sampleWebhook({ id: 'wh_02', scope: { kind: 'environment', name: 'MyApp' } }),
  );
  const { json } = await server.ask('GET', '/v1/accounts/JDoe/applications/MYAPP');
  expect(json['webhooks']).toMatchObject([{ id: 'wh_01', hasSecret: true }]);
});

describe('GET /v1/scopes', () => {
  beforeEach(async () => {
    for (const name of ['a', 'b', 'c']) {
      await server.ask('PUT', `/v1/accounts/jdoe/applications/${name}`, { enabled: true });
    }
    await server.ask('PUT', '/v1/accounts/jdoe/environments/d', { enabled: true });
  });

  test('lists all scopes page by page', async () => {
    const names: string[] = [];
    let cursor = '';
    for (let page = 0; page < 4; page += 1) {
      const { json } = await server.ask('GET', `/v1/scopes?limit=1${cursor}`);
      names.push(...(json['items'] as { scope: { name: string } }[]).map(({ scope }) => scope.name));
      cursor = `&cursor=${String(json['next'])}`;
    }
    expect(names).toEqual(['a', 'b', 'c', 'd']);
    expect(cursor).toBe('&cursor=null');
  });

  test('filters by kind and account', async () => {
    const { json } = await server.ask('GET', '/v1/scopes?account=jdoe&kind=environment');
    expect(json).toEqual({
      items: [{ account: 'jdoe', scope: { kind: 'environment', name: 'd' }, enabled: true, webhooks: 0 }],
      next: null,
    });
  });

  test.each([
    ['cursor=nonsense', 'invalid_cursor', 'cursor'],
    ['limit=0', 'invalid_field', 'limit'],
    ['kind=lane', 'invalid_field', 'kind'],
  ])('refuses %s', async (query, code, field) => {
    expect(await server.ask('GET', `/v1/scopes?${query}`)).toMatchObject({
      status: 422,
      json: { code, field },
    });
  });
});
