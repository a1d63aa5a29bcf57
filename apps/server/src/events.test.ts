import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HooklaneError } from '@hooklane/core';
import { sampleAttempt, sampleDelivery, sampleEvent } from './testing/memory-ports.ts';
import { makeTestServer } from './testing/test-server.ts';
import type { TestServer } from './testing/test-server.ts';

const BODY = { build_num: '1', app_name: 'MyApp', status: 'Success' };
const EVENT = { account: 'jdoe', type: 'build.finished', body: BODY };

let server: TestServer;
beforeEach(() => {
  server = makeTestServer();
});
afterEach(() => server.app.close());

describe('POST /v1/events', () => {
  test('accepts an event and answers its id', async () => {
    const answer = await server.ask('POST', '/v1/events', {
      ...EVENT,
      occurredAt: '2026-01-02T03:04:05+02:00',
    });
    expect(answer).toMatchObject({ status: 202, json: { id: 'evt_made' } });
    expect(server.accepted).toEqual(['build.finished']);
    expect(server.state.emitted).toEqual([
      {
        account: 'jdoe',
        type: 'build.finished',
        occurredAt: '2026-01-02T03:04:05+02:00',
        rawBody: JSON.stringify(BODY),
      },
    ]);
  });

  test('keeps the id that the caller chose', async () => {
    const answer = await server.ask('POST', '/v1/events', { ...EVENT, id: 'my-7' });
    expect(answer).toMatchObject({ status: 202, json: { id: 'my-7' } });
  });

  test.each([
    ['account', { ...EVENT, account: 'other' }],
    ['type', { ...EVENT, type: 'build.started' }],
    ['application', { ...EVENT, body: { ...BODY, app_name: 'Other' } }],
  ])('refuses an id that an event of another %s has, and says whose it is', async (_what, event) => {
    server.state.events.set('my-7', { event: sampleEvent({ id: 'my-7' }), unmatched: null, deliveries: [] });
    const answer = await server.ask('POST', '/v1/events', { ...event, id: 'my-7' });
    expect(answer).toMatchObject({ status: 409, json: { code: 'event_id_taken', field: 'id' } });
    expect(answer.json['detail']).toMatch(/build\.finished of account jdoe, application "MyApp".*unique/);
    expect(server.state.emitted).toEqual([]);
  });

  test('takes the same event again under its id, however account and application are spelt', async () => {
    server.state.events.set('my-7', { event: sampleEvent({ id: 'my-7' }), unmatched: null, deliveries: [] });
    const again = { ...EVENT, id: 'my-7', account: 'JDoe', body: { ...BODY, app_name: 'MYAPP' } };
    expect((await server.ask('POST', '/v1/events', again)).status).toBe(202);
    const wrong = await server.ask('POST', '/v1/events', { ...EVENT, id: 'my-7', body: { app_name: 'x' } });
    expect(wrong).toMatchObject({ status: 422, json: { code: 'event_body_mismatch' } });
  });

  test('passes the text of the body on as it came', async () => {
    const text = '{"build_num":1.0,"big":12345678901234567890,"1":"b","0":"\\u00e9é","__proto__":{"x":1}}';
    const answer = await server.ask(
      'POST',
      '/v1/events',
      `{"type":"build.finished","body":${text},"account":"jdoe"}`,
    );
    expect(answer.status).toBe(202);
    expect(server.state.emitted[0]?.rawBody).toBe(text);
  });

  test.each([
    ['a missing account', { ...EVENT, account: undefined }, 'account', 'account is missing.'],
    ['a bad account', { ...EVENT, account: 'a b' }, 'account', 'this one is "a b"'],
    ['an unknown type', { ...EVENT, type: 'build.stopped' }, 'type', 'build.started, build.finished'],
    ['a body that is a list', { ...EVENT, body: [] }, 'body', 'body must be an object; this one is a list.'],
    ['a missing body', { ...EVENT, body: undefined }, 'body', 'body is missing.'],
    ['a bad id', { ...EVENT, id: 'a:b' }, 'id', '1 to 128'],
    ['a time that is none', { ...EVENT, occurredAt: 'today' }, 'occurredAt', 'this one is "today"'],
    ['a day that no month has', { ...EVENT, occurredAt: '2015-02-30T00:00:00Z' }, 'occurredAt', 'RFC 3339'],
    ['a time before 1970', { ...EVENT, occurredAt: '1969-12-31T00:00:00Z' }, 'occurredAt', 'not before 1970'],
    ['a misspelt field', { ...EVENT, acount: 'x' }, 'acount', '"acount" is not a field'],
    ['a request that is a list', [], 'body', 'body must be an object'],
  ])('refuses %s and names it', async (_what, body, field, words) => {
    const answer = await server.ask('POST', '/v1/events', body);
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid_field', status: 422, field } });
    expect(answer.json['detail']).toContain(words);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(server.state.emitted).toEqual([]);
  });

  test('speaks of queries only where there is one', async () => {
    const { json } = await server.ask('POST', '/v1/events', { ...EVENT, occurredAt: 'today' });
    expect(json['detail']).toBe(
      'occurredAt must be an RFC 3339 time such as 2015-11-20T23:43:01Z, not before 1970; this one is "today".',
    );
  });

  test('names all fields that a request without a body lacks', async () => {
    const { status, json } = await server.ask('POST', '/v1/events');
    expect(status).toBe(422);
    expect((json['issues'] as { field: string }[]).map(({ field }) => field)).toEqual([
      'account',
      'type',
      'body',
    ]);
  });

  test('says which field keeps the body from being the event', async () => {
    const answer = await server.ask('POST', '/v1/events', { ...EVENT, body: { app_name: 'x' } });
    expect(answer).toMatchObject({
      status: 422,
      json: { code: 'event_body_mismatch', field: 'body.build_num' },
    });
  });

  test('takes a body of 1 MiB and refuses a request that is much larger', async () => {
    const padded = (bytes: number): string =>
      JSON.stringify({ ...EVENT, body: { ...BODY, pad: 'x'.repeat(bytes) } });
    expect((await server.ask('POST', '/v1/events', padded(1024 * 1024))).status).toBe(202);
    const answer = await server.ask('POST', '/v1/events', padded(1024 * 1024 + 70_000));
    expect(answer).toMatchObject({ status: 413, json: { code: 'body_too_large' } });
  });

  test('answers 503 with Retry-After while Redis is away', async () => {
    server.state.trouble = new HooklaneError('redis_unavailable', { detail: 'Redis cannot be reached.' });
    const answer = await server.ask('POST', '/v1/events', EVENT);
    expect(answer).toMatchObject({ status: 503, json: { code: 'redis_unavailable' } });
    expect(answer.headers['retry-after']).toBe('1');
  });

  test('tells the caller nothing about a bug but the id under which it is logged', async () => {
    server.state.trouble = new Error('password of redis is hunter2');
    const { status, json, text, headers } = await server.ask('POST', '/v1/events', EVENT);
    expect(status).toBe(500);
    expect(json).toMatchObject({ code: 'internal_error' });
    expect(text).not.toContain('hunter2');
    expect(text).toContain(String(headers['x-request-id']));
    expect(server.lines.join('')).toContain('hunter2');
  });
});

describe('GET /v1/events/{id}', () => {
  test('gives the event, its body and the state of each delivery', async () => {
    const delivery = sampleDelivery({ status: 'retrying', nextAttemptAt: Date.UTC(2026, 0, 3) });
    server.state.events.set('evt_01', { event: sampleEvent(), unmatched: null, deliveries: [delivery] });
    server.state.deliveries.set(delivery.id, { delivery, attempts: [sampleAttempt()] });
    const { status, json } = await server.ask('GET', '/v1/events/evt_01');
    expect(status).toBe(200);
    expect(json).toEqual({
      id: 'evt_01',
      type: 'build.finished',
      account: 'jdoe',
      scope: { kind: 'application', name: 'MyApp' },
      acceptedAt: '2026-01-02T03:04:05.000Z',
      occurredAt: '2026-01-02T03:04:05.000Z',
      body: { build_num: '1', app_name: 'MyApp', status: 'Success' },
      unmatched: null,
      deliveries: [
        expect.objectContaining({
          id: 'evt_01.wh_01',
          status: 'retrying',
          nextAttemptAt: '2026-01-03T00:00:00.000Z',
          attempts: [expect.objectContaining({ number: 1, statusCode: 500 })],
        }),
      ],
    });
  });

  test('shows an old body that is too deep to be written, as far as it goes', async () => {
    const body = `{"build_num":"1","deep":${'['.repeat(20_000)}${']'.repeat(20_000)},"last":{"n":1}}`;
    server.state.events.set('evt_01', { event: sampleEvent({ body }), unmatched: null, deliveries: [] });
    const { status, json, text } = await server.ask('GET', '/v1/events/evt_01');
    expect(status).toBe(200);
    expect(json['body']).toMatchObject({ build_num: '1', last: { n: 1 } });
    expect(text).toContain(`${'['.repeat(199)}"… (deeper than 200 levels)"]`);
  });

  test.each([
    ['scope_disabled', 'Webhooks are switched off for application MyApp: enable them'],
    ['no_matching_webhook', 'No enabled webhook of application MyApp waits for "Build Finished"'],
  ] as const)('says what to do when nobody heard of it: %s', async (reason, words) => {
    server.state.events.set('evt_01', { event: sampleEvent(), unmatched: reason, deliveries: [] });
    const { json } = await server.ask('GET', '/v1/events/evt_01');
    expect(json['unmatched']).toMatchObject({ reason, message: expect.stringContaining(words) });
  });

  test('answers 404 for an event that is not there', async () => {
    const answer = await server.ask('GET', '/v1/events/evt_none');
    expect(answer).toMatchObject({ status: 404, json: { code: 'not_found' } });
    expect(answer.json['detail']).toContain('"evt_none"');
    expect(answer.json['detail']).toContain('still waits to be dispatched by a worker');
  });
});
