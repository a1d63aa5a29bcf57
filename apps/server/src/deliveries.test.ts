import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Attempt, Delivery } from '@hooklane/core';
import { sampleAttempt, sampleDelivery, sampleWebhook } from './testing/memory-ports.ts';
import { makeTestServer } from './testing/test-server.ts';
import type { TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeEach(() => {
  server = makeTestServer();
});
afterEach(() => server.app.close());

function add(change: Partial<Delivery>, attempts: Attempt[] = []): Delivery {
  const delivery = sampleDelivery(change);
  server.state.deliveries.set(delivery.id, { delivery, attempts });
  return delivery;
}

describe.each(['deliveries', 'dead-letters'])('GET /v1/%s', (list) => {
  test('gives pages of deliveries with their attempts', async () => {
    for (const eventId of ['e1', 'e2', 'e3'])
      add({ eventId, status: 'dead', reason: 'exhausted' }, [sampleAttempt()]);
    const first = (await server.ask('GET', `/v1/${list}?limit=2`)).json;
    expect(first).toMatchObject({ items: [{ eventId: 'e1' }, { eventId: 'e2' }], next: '2' });
    const second = (await server.ask('GET', `/v1/${list}?limit=2&cursor=2`)).json;
    expect(second).toEqual({
      items: [
        {
          id: 'e3.wh_01',
          eventId: 'e3',
          webhookId: 'wh_01',
          webhookName: null,
          account: 'jdoe',
          scope: { kind: 'application', name: 'MyApp' },
          event: 'build.finished',
          status: 'dead',
          reason: 'exhausted',
          createdAt: '2026-01-02T03:04:05.000Z',
          nextAttemptAt: null,
          attemptCount: 1,
          lastAttemptAt: '2026-01-02T03:04:05.000Z',
          lastOutcome: 'ok',
          lastStatusCode: 200,
          attempts: [{ ...sampleAttempt(), startedAt: '2026-01-02T03:04:05.000Z' }],
        },
      ],
      next: null,
    });
  });

  test('understands every filter', async () => {
    const query =
      'account=jdoe&application=My%20App&webhook=wh_01&event=build.started&status=dead&statusCode=500' +
      '&since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00.5%2B01:00';
    expect((await server.ask('GET', `/v1/${list}?${query}`)).json).toEqual({ items: [], next: null });
    expect(server.state.filters).toEqual([
      {
        account: 'jdoe',
        application: 'My App',
        webhook: 'wh_01',
        event: 'build.started',
        status: 'dead',
        statusCode: 500,
        since: Date.UTC(2026, 0, 1),
        until: Date.UTC(2026, 0, 1, 23, 0, 0, 500),
      },
    ]);
  });

  test.each([
    ['application=a&environment=b', 'environment', 'cannot go together with application'],
    ['status=lost', 'status', 'pending, retrying, delivered, dead'],
    ['statusCode=99', 'statusCode', 'must be 100 to 599, or 0 for no answer; this one is "99"'],
    ['statusCode=600', 'statusCode', 'must be 100 to 599, or 0'],
    ['limit=0', 'limit', 'at least 1'],
    ['limit=201', 'limit', 'at most 200; this one is "201"'],
    ['limit=ten', 'limit', 'this one is "ten"'],
    ['webhook=', 'webhook', 'at least 1 character;'],
    ['since=2015-02-30T00:00:00Z', 'since', 'this one is "2015-02-30T00:00:00Z"'],
    ['since=yesterday', 'since', 'this one is "yesterday"'],
    ['until=2026-01-02T00:00:00+01:00', 'until', 'write + as %2B'],
    ['event=build', 'event', 'build.started'],
    ['account=a&account=b', 'account', 'account must be text; this one is a list.'],
    ['statuscode=500', 'statuscode', 'not a field'],
  ])('refuses %s', async (query, field, words) => {
    const answer = await server.ask('GET', `/v1/${list}?${query}`);
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid_field', field } });
    expect(answer.json['detail']).toContain(words);
  });

  test('refuses a cursor of another list', async () => {
    const answer = await server.ask('GET', `/v1/${list}?cursor=zzz`);
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid_cursor', field: 'cursor' } });
  });
});

test('a list shows the beginning of long answers; the delivery itself shows all that is kept', async () => {
  const response = { headers: {}, body: 'é'.repeat(16 * 1024), truncated: false };
  add({}, [sampleAttempt({ response })]);
  const list = (await server.ask('GET', '/v1/deliveries')).json['items'] as { attempts: Attempt[] }[];
  expect(list[0]?.attempts[0]?.response).toEqual({ headers: {}, body: 'é'.repeat(1024), truncated: true });
  const one = (await server.ask('GET', '/v1/deliveries/evt_01.wh_01')).json['attempts'];
  expect((one as Attempt[])[0]?.response).toEqual(response);
});

test('dead letters are dead deliveries and no others', async () => {
  add({ eventId: 'e1', status: 'dead', reason: 'gone' });
  add({ eventId: 'e2' });
  const { json } = await server.ask('GET', '/v1/dead-letters');
  expect(json).toMatchObject({ items: [{ eventId: 'e1', reason: 'gone' }], next: null });
});

test('GET /v1/deliveries/{id} answers 404 when there is none', async () => {
  expect(await server.ask('GET', '/v1/deliveries/e.w')).toMatchObject({
    status: 404,
    json: { code: 'not_found' },
  });
});

test('the longest ids fit into an address', async () => {
  add({ eventId: 'e'.repeat(128), webhookId: `wh_${'0'.repeat(26)}` });
  expect((await server.ask('GET', `/v1/deliveries/${'e'.repeat(128)}.wh_${'0'.repeat(26)}`)).status).toBe(
    200,
  );
});

describe('POST /v1/deliveries/{id}/redeliver', () => {
  const url = '/v1/deliveries/evt_01.wh_01/redeliver';

  test('sends a finished one again, wakes its lane and takes its letter out of the queue', async () => {
    server.state.webhooks.set('wh_01', sampleWebhook());
    add({ status: 'dead', reason: 'exhausted' });
    expect(await server.ask('POST', url)).toMatchObject({ status: 202, json: { id: 'evt_01.wh_01' } });
    expect(server.state.wakes).toEqual([{ webhookId: 'wh_01', pool: 'lanes', at: 0 }]);
    expect(server.state.removed).toEqual(['evt_01.wh_01']);
  });

  test.each(['pending', 'retrying'] as const)('refuses one that is %s', async (status) => {
    server.state.webhooks.set('wh_01', sampleWebhook());
    add({ status });
    const answer = await server.ask('POST', url);
    expect(answer).toMatchObject({ status: 409, json: { code: 'delivery_in_progress' } });
    expect(server.state.wakes).toEqual([]);
  });

  test('refuses one of a disabled webhook, which would wait for ever, and says what to do', async () => {
    server.state.webhooks.set('wh_01', sampleWebhook({ enabled: false }));
    expect((await server.ask('POST', url)).status).toBe(404);
    add({ status: 'dead', reason: 'exhausted' });
    const answer = await server.ask('POST', url);
    expect(answer).toMatchObject({ status: 409, json: { code: 'webhook_disabled' } });
    expect(answer.json['detail']).toContain('The webhook chat is disabled. Enable it first');
    expect(server.state.removed).toEqual([]);
  });

  test('answers 404 when the delivery or its webhook is gone', async () => {
    expect((await server.ask('POST', url)).json['detail']).toContain('no delivery');
    add({ status: 'dead' });
    const answer = await server.ask('POST', url);
    expect(answer).toMatchObject({ status: 404, json: { code: 'not_found' } });
    expect(answer.json['detail']).toContain('webhook of this delivery was deleted');
  });
});

describe.each(['redrive', 'discard'] as const)('POST /v1/dead-letters/%s', (action) => {
  const url = `/v1/dead-letters/${action}`;
  beforeEach(() => {
    add({ eventId: 'e1', status: 'dead' });
    add({ eventId: 'e2', status: 'dead' });
  });

  test('begins, says how many match, and where to look', async () => {
    const answer = await server.ask('POST', url, {
      filter: { since: '2026-01-01T00:00:00Z', statusCode: 500 },
    });
    expect(answer).toMatchObject({ status: 202, json: { id: 'rd_0', matched: 2 } });
    expect(server.state.started).toEqual(['rd_0']);
    const progress = await server.ask('GET', String(answer.headers['location']));
    expect(progress).toMatchObject({
      status: 200,
      json: {
        id: 'rd_0',
        action,
        filter: { since: '2026-01-01T00:00:00.000Z', statusCode: 500 },
        state: 'waiting',
        matched: 2,
        done: 0,
        createdAt: '2026-01-02T03:04:05.000Z',
        finishedAt: null,
      },
    });
  });

  test('an empty filter means all', async () => {
    expect(await server.ask('POST', url, { filter: {} })).toMatchObject({
      status: 202,
      json: { matched: 2 },
    });
    expect(server.state.filters).toEqual([{}]);
  });

  test('a dry run only counts', async () => {
    const answer = await server.ask('POST', url, { filter: {}, dryRun: true });
    expect(answer).toMatchObject({ status: 200, json: { matched: 2 } });
    expect(answer.json).toEqual({ matched: 2 });
    expect([server.state.redrives.size, server.state.started.length]).toEqual([0, 0]);
  });

  test.each([
    ['no body', undefined, 'filter'],
    ['no filter', {}, 'filter'],
    ['a misspelt filter', { filter: { acount: 'x' } }, 'filter.acount'],
    ['a filter beside the filter', { filter: {}, account: 'x' }, 'account'],
    ['a time that is none', { filter: { since: 'today' } }, 'filter.since'],
    ['two scopes', { filter: { application: 'a', environment: 'b' } }, 'filter.environment'],
    ['a status code as text', { filter: { statusCode: '500' } }, 'filter.statusCode'],
  ])('refuses %s, so that nobody hits all by accident', async (_what, body, field) => {
    const answer = await server.ask('POST', url, body);
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid_field', field } });
    expect(server.state.redrives.size).toBe(0);
    // Advice for queries has no place in a body.
    expect(answer.json['detail']).not.toContain('%2B');
  });
});

test('GET /v1/redrives/{id} answers 404 when there is none', async () => {
  expect((await server.ask('GET', '/v1/redrives/rd_none')).status).toBe(404);
});
