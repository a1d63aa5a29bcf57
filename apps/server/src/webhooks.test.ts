import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HooklaneError } from '@hooklane/core';
import { sampleWebhook } from './testing/memory-ports.ts';
import { makeTestServer } from './testing/test-server.ts';
import type { TestServer } from './testing/test-server.ts';

const APP = '/v1/accounts/jdoe/applications/MyApp/webhooks';
const ENV = '/v1/accounts/jdoe/environments/Prod/webhooks';
const NEW = { name: 'chat', event: 'build.finished', url: 'https://example.com' };
const SECRET = 'a-very-secret-secret';

let server: TestServer;
beforeEach(() => {
  server = makeTestServer();
});
afterEach(() => server.app.close());

describe('POST …/webhooks', () => {
  test('adds a webhook with the defaults', async () => {
    const answer = await server.ask('POST', APP, NEW);
    expect(answer.status).toBe(201);
    expect(answer.headers['location']).toBe('/v1/webhooks/wh_new0');
    expect(answer.json).toEqual({
      id: 'wh_new0',
      account: 'jdoe',
      scope: { kind: 'application', name: 'MyApp' },
      event: 'build.finished',
      name: 'chat',
      url: 'https://example.com/',
      signing: 'standard',
      tokenHeader: 'x-webhook-token',
      hasSecret: false,
      enabled: true,
      disabled: null,
      maxInFlight: 32,
      createdAt: '2026-01-02T03:04:05.000Z',
      updatedAt: '2026-01-02T03:04:05.000Z',
    });
  });

  test('takes every field', async () => {
    const all = { ...NEW, event: 'deploy.started', secret: SECRET, signing: 'token', tokenHeader: 'X-Key' };
    const answer = await server.ask('POST', ENV, { ...all, maxInFlight: 2, enabled: false });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({
      scope: { kind: 'environment', name: 'Prod' },
      signing: 'token',
      tokenHeader: 'x-key',
      hasSecret: true,
      enabled: false,
      disabled: { reason: 'by_person', at: '2026-01-02T03:04:05.000Z' },
      maxInFlight: 2,
    });
    expect(server.state.secrets.get('wh_new0')).toBe(SECRET);
  });

  test('never gives the secret back, even if the store did, and never logs it', async () => {
    const answer = await server.ask('POST', APP, { ...NEW, secret: SECRET });
    const { text } = await server.ask('GET', '/v1/webhooks/wh_new0');
    expect(answer.json['hasSecret']).toBe(true);
    expect(answer.text + text + server.lines.join('')).not.toContain(SECRET);
  });

  test.each([
    ['no name', { ...NEW, name: undefined }, 'name', 'name is missing.'],
    ['a name with spaces', { ...NEW, name: 'my hook' }, 'name', 'this one is "my hook"'],
    [
      'an event of an environment',
      { ...NEW, event: 'deploy.started' },
      'event',
      'build.started or build.finished',
    ],
    ['a URL that is none', { ...NEW, url: 'example.com' }, 'url', 'http:// or https://'],
    [
      'a URL that may not be called',
      { ...NEW, url: 'http://127.0.0.1/' },
      'url',
      'it is loopback. The operator can allow',
    ],
    ['a token without a secret', { ...NEW, signing: 'token' }, 'secret', 'secret is missing'],
    ['an empty secret', { ...NEW, secret: '' }, 'secret', '1 to 256 bytes'],
    ['a header that HTTP needs', { ...NEW, tokenHeader: 'Host' }, 'tokenHeader', 'choose another'],
    ['too much in flight', { ...NEW, maxInFlight: 257 }, 'maxInFlight', 'at most 256; this one is 257'],
    ['half in flight', { ...NEW, maxInFlight: 0.5 }, 'maxInFlight', 'a whole number; this one is 0.5'],
    ['enabled as text', { ...NEW, enabled: 'yes' }, 'enabled', 'true or false; this one is "yes"'],
    ['a field of no meaning', { ...NEW, friendlyName: 'x' }, 'friendlyName', 'not a field'],
  ])('refuses %s', async (_what, body, field, words) => {
    const answer = await server.ask('POST', APP, body);
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid_field', field } });
    expect(answer.json['detail']).toContain(words);
    expect(server.state.webhooks.size).toBe(0);
  });

  test.each([['x'.repeat(257)], [[SECRET]], [`whsec_${SECRET}`], [{ value: SECRET }]])(
    'refuses a bad secret without showing it',
    async (secret) => {
      const answer = await server.ask('POST', APP, { ...NEW, secret });
      expect(answer).toMatchObject({ status: 422, json: { field: 'secret' } });
      expect(answer.text).not.toMatch(/xxx|very-secret/);
    },
  );

  test('refuses a build event for an environment', async () => {
    const answer = await server.ask('POST', ENV, NEW);
    expect(answer).toMatchObject({ status: 422, json: { field: 'event' } });
    expect(answer.json['detail']).toContain('deploy.started or deploy.finished for an environment');
  });

  test('refuses a name that is taken, whatever its case', async () => {
    await server.ask('POST', APP, NEW);
    const answer = await server.ask('POST', '/v1/accounts/JDOE/applications/myapp/webhooks', {
      ...NEW,
      name: 'CHAT',
    });
    expect(answer).toMatchObject({ status: 409, json: { code: 'name_taken', field: 'name' } });
  });
});

describe('GET /v1/webhooks/{id}', () => {
  test('gives the webhook, and why it is disabled', async () => {
    const disabled = { reason: 'gone' as const, at: Date.UTC(2026, 0, 1), message: 'It answered 410.' };
    server.state.webhooks.set('wh_01', sampleWebhook({ enabled: false, disabled }));
    const { json } = await server.ask('GET', '/v1/webhooks/wh_01');
    expect(json['disabled']).toEqual({ ...disabled, at: '2026-01-01T00:00:00.000Z' });
  });

  test.each(['GET', 'DELETE', 'PATCH'] as const)('%s answers 404 when there is none', async (method) => {
    const body = method === 'PATCH' ? {} : undefined;
    const answer = await server.ask(method, '/v1/webhooks/wh_none', body);
    expect(answer).toMatchObject({ status: 404, json: { code: 'not_found' } });
  });
});

describe('PATCH /v1/webhooks/{id}', () => {
  beforeEach(() => {
    server.state.webhooks.set('wh_01', sampleWebhook());
  });
  const patch = (body: unknown): ReturnType<TestServer['ask']> =>
    server.ask('PATCH', '/v1/webhooks/wh_01', body);

  test('changes what is named, leaves the rest, and wakes the lane', async () => {
    const answer = await patch({
      enabled: false,
      url: 'https://example.org',
      maxInFlight: 1,
      event: 'build.started',
    });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      name: 'chat',
      enabled: false,
      url: 'https://example.org/',
      maxInFlight: 1,
      event: 'build.started',
      hasSecret: true,
    });
    expect(server.state.wakes).toEqual([{ webhookId: 'wh_01', pool: 'lanes', at: 0 }]);
    expect(server.state.secrets.size).toBe(0);
  });

  test('rotates a secret, with an overlap of 24 hours or what is asked for', async () => {
    await patch({ secret: SECRET });
    await patch({ secret: SECRET, secretOverlap: '30m' });
    await patch({ secret: SECRET, secretOverlap: '0s' });
    expect(server.state.overlaps).toEqual([86_400_000, 1_800_000, 0]);
    expect(server.state.secrets.get('wh_01')).toBe(SECRET);
  });

  test('removes a secret', async () => {
    expect((await patch({ secret: null })).json).toMatchObject({ hasSecret: false });
    expect(server.state.secrets.get('wh_01')).toBeNull();
  });

  test('changes to the profile token when the secret comes along', async () => {
    expect((await patch({ signing: 'token', secret: SECRET })).json).toMatchObject({ signing: 'token' });
    expect((await patch({ signing: 'token', name: 'other' })).status).toBe(200);
  });

  test.each([
    ['an event of an environment', { event: 'deploy.started' }, 'event'],
    ['an address that may not be called', { url: 'http://127.0.0.1/' }, 'url'],
    ['a change to token without a secret', { signing: 'token' }, 'secret'],
    ['a change to token that removes the secret', { signing: 'token', secret: null }, 'secret'],
    ['a token that is no header value', { signing: 'token', secret: 'é' }, 'secret'],
    ['an overlap of 8 days', { secret: SECRET, secretOverlap: '192h' }, 'secretOverlap'],
    ['an overlap of nothing', { secretOverlap: '1h' }, 'secretOverlap'],
    ['the account', { account: 'other' }, 'account'],
  ])('refuses %s', async (_what, body, field) => {
    const answer = await patch(body);
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid_field', field } });
    expect(server.state.webhooks.get('wh_01')).toEqual(sampleWebhook());
  });

  test('refuses a name that another webhook of the scope has', async () => {
    server.state.webhooks.set('wh_02', sampleWebhook({ id: 'wh_02', name: 'Mail' }));
    expect(await patch({ name: 'mail' })).toMatchObject({ status: 409, json: { field: 'name' } });
    expect((await patch({ name: 'CHAT' })).status).toBe(200);
  });

  test('does not fail when only the hint to the workers does', async () => {
    server.state.wakeTrouble = new HooklaneError('redis_unavailable', { detail: 'Away.' });
    expect((await patch({ enabled: true })).status).toBe(200);
    expect(server.lines.join('')).toContain('the sweep will do it');
  });
});

describe('DELETE /v1/webhooks/{id}', () => {
  test('deletes it, answers nothing, and wakes the lane so that a worker cleans up', async () => {
    server.state.webhooks.set('wh_01', sampleWebhook());
    const answer = await server.ask('DELETE', '/v1/webhooks/wh_01');
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(server.state.webhooks.size).toBe(0);
    expect(server.state.wakes).toHaveLength(1);
  });
});

describe('POST /v1/webhooks/{id}/test', () => {
  test('sends a sample of its own event to it alone', async () => {
    server.state.webhooks.set('wh_01', sampleWebhook());
    const { status, json } = await server.ask('POST', '/v1/webhooks/wh_01/test');
    expect(status).toBe(202);
    const eventId = String(json['eventId']);
    expect(json).toEqual({ eventId, deliveryId: `${eventId}.wh_01` });
    const event = server.state.events.get(eventId)?.event;
    expect(event).toMatchObject({ type: 'build.finished', account: 'jdoe', scope: { name: 'MyApp' } });
    expect(JSON.parse(event?.body ?? '')).toMatchObject({ app_name: 'MyApp', status: 'Success' });
    expect(server.state.wakes).toHaveLength(1);
  });

  test('refuses a disabled one and says how to enable it', async () => {
    server.state.webhooks.set('wh_01', sampleWebhook({ enabled: false }));
    const answer = await server.ask('POST', '/v1/webhooks/wh_01/test', '');
    expect(answer).toMatchObject({ status: 409, json: { code: 'webhook_disabled' } });
    expect(answer.json['detail']).toContain('{"enabled": true}');
  });

  test('answers 404 when there is none', async () => {
    expect((await server.ask('POST', '/v1/webhooks/wh_none/test')).status).toBe(404);
  });
});

describe('with another secret key than the one that wrote the secrets, or while that cannot be told', () => {
  const MISMATCH = new HooklaneError('secret_key_mismatch', { detail: 'Another key.' });
  const AWAY = new HooklaneError('redis_unavailable', { detail: 'Redis cannot be reached.' });

  test.each([
    [500, 'secret_key_mismatch', MISMATCH],
    [503, 'redis_unavailable', AWAY],
  ])('no secret is taken: %d %s', async (status, code, trouble) => {
    server.state.webhooks.set('wh_01', sampleWebhook());
    server.state.keyTrouble = trouble;
    for (const [method, url, body] of [
      ['POST', APP, { ...NEW, secret: SECRET }],
      ['PATCH', '/v1/webhooks/wh_01', { secret: SECRET }],
    ] as const) {
      expect(await server.ask(method, url, body)).toMatchObject({ status, json: { code } });
    }
    expect([...server.state.secrets.keys(), ...server.state.overlaps]).toEqual([]);
  });

  test('it is asked again: once the key is known to be right, secrets are taken', async () => {
    server.state.keyTrouble = AWAY;
    expect((await server.ask('POST', APP, { ...NEW, secret: SECRET })).status).toBe(503);
    server.state.keyTrouble = null;
    expect((await server.ask('POST', APP, { ...NEW, secret: SECRET })).status).toBe(201);
  });

  test('what needs no key goes on', async () => {
    server.state.webhooks.set('wh_01', sampleWebhook());
    server.state.keyTrouble = MISMATCH;
    expect((await server.ask('POST', APP, { ...NEW, name: 'unsigned' })).status).toBe(201);
    expect((await server.ask('PATCH', '/v1/webhooks/wh_01', { secret: null })).status).toBe(200);
    expect((await server.ask('PATCH', '/v1/webhooks/wh_01', { name: 'other' })).status).toBe(200);
  });
});
