import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AcceptedEvent, Attempt, DueDelivery, Settlement } from '@hooklane/core';
import { CLOSED_BREAKER } from '@hooklane/core';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import type { Store } from '@hooklane/store';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { REAL_KEY, REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealAnswer, RealServer } from './testing/real-server.ts';

let redis: TestRedis;
let server: RealServer;
let store: Store;
beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(async () => {
  await redis.flush();
  server = startRealServer(redis.url);
  store = createStore({
    redis: connectStore({ redis: redis.url, role: 'worker' }),
    secrets: createSecretBox(REAL_KEY),
  });
});
afterEach(async () => {
  await Promise.all([server.close(), store.close()]);
});
afterAll(() => redis.stop());

const headers = { authorization: `Bearer ${REAL_TOKEN}` };
const get = (url: string): Promise<RealAnswer> => server.ask('GET', url, { headers });
const post = (url: string, body?: object): Promise<RealAnswer> =>
  server.ask('POST', url, { headers, ...(body === undefined ? {} : { body }) });

const APP = '/v1/accounts/jdoe/applications/shop';
const SCOPE = { kind: 'application', name: 'shop' } as const;

async function addWebhook(more: object = {}): Promise<string> {
  await server.ask('PUT', APP, { headers, body: { enabled: true } });
  const body = { name: 'chat', event: 'build.finished', url: 'http://127.0.0.1:1/hook', ...more };
  return String((await post(`${APP}/webhooks`, body)).json['id']);
}

let count = 0;
async function emit(more: Partial<AcceptedEvent> = {}): Promise<AcceptedEvent> {
  const event: AcceptedEvent = {
    id: `evt_${++count}`,
    type: 'build.finished',
    account: 'jdoe',
    scope: SCOPE,
    acceptedAt: Date.now(),
    occurredAt: Date.now(),
    body: '{"app_name":"shop","build_num":"1","status":"Success"}',
    ...more,
  };
  await store.dispatch([event]);
  return event;
}

async function takeAll(webhookId: string): Promise<DueDelivery[]> {
  const take = await store.lanes.take({ webhookId, run: 'run-1', limit: 100, now: Date.now() });
  return take.kind === 'work' ? take.due : [];
}

interface End {
  attempt?: Partial<Attempt>;
  disposition: Settlement['disposition'];
}

async function settle(webhookId: string, due: DueDelivery[], end: End): Promise<void> {
  const settlements = due.map((delivery): Settlement => ({
    delivery,
    charged: true,
    disposition: end.disposition,
    attempt: {
      number: delivery.tries + 1,
      startedAt: Date.now(),
      durationMs: 10,
      outcome: 'rejected',
      fault: 'receiver',
      statusCode: 500,
      error: null,
      response: null,
      ...end.attempt,
    },
  }));
  await store.lanes.settle({ webhookId, run: 'run-1', settlements, breaker: null, now: Date.now() });
}

const DEAD = { kind: 'dead', reason: 'exhausted' } as const;

describe('The request of a delivery', () => {
  test('is shown as the first try will send it, then as the latest did, without its secret', async () => {
    const hook = await addWebhook({ secret: 'not-to-be-shown' });
    const event = await emit();
    const url = `/v1/deliveries/${event.id}.${hook}`;
    const first = await get(url);
    expect(first.json).toMatchObject({
      webhookName: 'chat',
      lastOutcome: null,
      request: {
        method: 'POST',
        url: 'http://127.0.0.1:1/hook',
        body: event.body,
        next: true,
        webhookChanged: false,
        headers: {
          'webhook-id': event.id,
          'webhook-signature': 'v1,…',
          'hooklane-attempt': '1',
          'user-agent': 'Hooklane/0.0.0',
        },
      },
    });
    const startedAt = Date.now() - 60_000;
    const attempt = { startedAt };
    await settle(hook, await takeAll(hook), {
      disposition: { kind: 'retry', at: Date.now() + 5000 },
      attempt,
    });
    const second = await get(url);
    const seconds = Math.floor(startedAt / 1000);
    expect(second.json).toMatchObject({
      lastOutcome: 'rejected',
      lastStatusCode: 500,
      request: {
        next: false,
        headers: { 'webhook-timestamp': String(seconds), 'hooklane-attempt': '1' },
        signatureBase: `${event.id}.${seconds}.${event.body}`,
      },
    });
    expect(first.text + second.text).not.toContain('not-to-be-shown');
  });

  test('is shown of each try as it was sent, and of none that there was not', async () => {
    const hook = await addWebhook({ secret: 'not-to-be-shown' });
    const event = await emit();
    const begun = Date.now() - 600_000;
    for (const ago of [0, 60_000]) {
      await settle(hook, await takeAll(hook), {
        disposition: { kind: 'retry', at: Date.now() },
        attempt: { startedAt: begun + ago },
      });
    }
    const url = `/v1/deliveries/${event.id}.${hook}`;
    const seconds = (ago: number): number => Math.floor((begun + ago) / 1000);
    for (const [number, ago] of [
      [1, 0],
      [2, 60_000],
    ] as const) {
      expect((await get(`${url}?attempt=${number}`)).json['request']).toMatchObject({
        attempt: number,
        next: false,
        timeKnown: true,
        masked: ['webhook-signature'],
        headers: { 'webhook-timestamp': String(seconds(ago)), 'hooklane-attempt': String(number) },
        signatureBase: `${event.id}.${seconds(ago)}.${event.body}`,
      });
    }
    expect((await get(url)).json).toMatchObject({ request: { attempt: 2 } });
    const lost = { code: 'worker_lost', message: 'The worker died.' };
    await settle(hook, await takeAll(hook), {
      disposition: { kind: 'retry', at: Date.now() + 60_000 },
      attempt: { outcome: 'interrupted', fault: 'ours', statusCode: null, error: lost },
    });
    expect((await get(url)).json).toMatchObject({ request: { attempt: 3, timeKnown: false } });
    const missing = await get(`${url}?attempt=4`);
    expect(missing.status).toBe(404);
    expect(missing.json['detail']).toContain('There is no attempt "4"');
    expect((await get(`${url}?attempt=0`)).status).toBe(422);
  });

  test('says when the webhook is another one by now, and is gone with it', async () => {
    const hook = await addWebhook();
    const event = await emit();
    await settle(hook, await takeAll(hook), {
      disposition: DEAD,
      attempt: { startedAt: Date.now() - 1000 },
    });
    await server.ask('PATCH', `/v1/webhooks/${hook}`, { headers, body: { url: 'http://127.0.0.1:1/new' } });
    const url = `/v1/deliveries/${event.id}.${hook}`;
    expect((await get(url)).json).toMatchObject({
      request: { url: 'http://127.0.0.1:1/new', webhookChanged: true, signatureBase: null },
    });
    await server.ask('DELETE', `/v1/webhooks/${hook}`, { headers });
    expect((await get(url)).json).toMatchObject({ request: null, webhookName: null });
  });
});

test('Who heard of an event is told with names, states and last answers', async () => {
  const chat = await addWebhook();
  await addWebhook({ name: 'mail' });
  const event = await emit();
  await settle(chat, await takeAll(chat), {
    disposition: { kind: 'delivered' },
    attempt: { outcome: 'ok', fault: null, statusCode: 204 },
  });
  const { json } = await get(`/v1/events/${event.id}`);
  expect(json).toMatchObject({ body: { app_name: 'shop' } });
  const told = (json['deliveries'] as Record<string, unknown>[]).map(
    ({ webhookName, status, lastOutcome, lastStatusCode, attemptCount }) =>
      [webhookName, status, lastOutcome, lastStatusCode, attemptCount].join(' '),
  );
  expect(told.toSorted()).toEqual(['chat delivered ok 204 1', 'mail pending   0']);
});

describe('The health of a webhook', () => {
  test('of which nothing is known is told as such', async () => {
    const hook = await addWebhook();
    expect((await get(`/v1/webhooks/${hook}/health`)).json).toEqual({
      lastAttempt: null,
      attempts: 0,
      succeeded: 0,
      successRate: null,
      points: [],
      latency: null,
      lane: { state: 'idle', waiting: 0, oldestDueAgeMs: null, nextProbeAt: null, faults: 0 },
    });
    expect((await get('/v1/webhooks/wh_none/health')).status).toBe(404);
  });

  test('tells rate, latency and points of the latest attempts, and what waits', async () => {
    const hook = await addWebhook({ maxInFlight: 256 });
    for (let i = 0; i < 20; i++) await emit();
    const due = await takeAll(hook);
    for (const [i, one] of due.entries()) {
      const ok = i % 4 !== 0;
      await settle(hook, [one], {
        disposition: ok ? { kind: 'delivered' } : { kind: 'retry', at: Date.now() + 60_000 },
        attempt: ok
          ? { outcome: 'ok', fault: null, statusCode: 200, durationMs: i }
          : { durationMs: 100 + i },
      });
    }
    const { json } = await get(`/v1/webhooks/${hook}/health`);
    expect(json).toMatchObject({
      lastAttempt: { outcome: 'ok', statusCode: 200, durationMs: 19 },
      attempts: 20,
      succeeded: 15,
      successRate: 0.75,
      latency: { p50: 13, p95: 112, p99: 116 },
      lane: { state: 'running', waiting: 5, oldestDueAgeMs: null },
    });
    const points = json['points'] as { at: string; ok: boolean; durationMs: number }[];
    expect(points.map(({ ok }) => ok)).toEqual(Array.from({ length: 20 }, (_, i) => i % 4 !== 0));
    expect(points.at(0)).toMatchObject({ durationMs: 100, statusCode: 500 });
  });

  test('of all webhooks of a scope is one question, in their order, out of the latest hundred attempts', async () => {
    const busy = await addWebhook({ name: 'busy', maxInFlight: 256 });
    for (let i = 0; i < 120; i++) await emit();
    const due = [...(await takeAll(busy)), ...(await takeAll(busy))];
    for (const [i, one] of due.entries()) {
      await settle(busy, [one], {
        disposition: { kind: 'delivered' },
        attempt: { outcome: 'ok', fault: null, statusCode: i < 20 ? 201 : 200, durationMs: i },
      });
    }
    const quiet = await addWebhook({ name: 'quiet' });
    const { json } = await get(`${APP}/health`);
    const names = new Map([
      [busy, 'busy'],
      [quiet, 'quiet'],
    ]);
    const items = json['items'] as { webhookId: string }[];
    expect(items.map(({ webhookId }) => names.get(webhookId))).toEqual(['busy', 'quiet']);
    expect(items).toMatchObject([
      { lastAttempt: { statusCode: 200 }, attempts: 100, succeeded: 100, lane: { waiting: 0 } },
      { lastAttempt: null, attempts: 0, successRate: null },
    ]);
    expect(items[0]).not.toHaveProperty('points');
    expect((await get('/v1/accounts/jdoe/environments/nobody/health')).json).toEqual({ items: [] });
  });

  test('tells of an open lane and its next probe', async () => {
    const hook = await addWebhook();
    await emit();
    const [delivery] = await takeAll(hook);
    if (delivery === undefined) throw new Error('nothing was due');
    const now = Date.now();
    const breaker = {
      ...CLOSED_BREAKER,
      state: 'open' as const,
      faults: 12,
      since: now - 40_000,
      probeAt: now + 30_000,
      probes: 2,
    };
    const attempt = {
      number: 1,
      startedAt: now,
      durationMs: 3,
      outcome: 'unreachable' as const,
      fault: 'network' as const,
      statusCode: null,
      error: { code: 'refused', message: 'Refused.' },
      response: null,
    };
    const settlement = { delivery, charged: true, attempt, disposition: { kind: 'retry' as const, at: now } };
    await store.lanes.settle({ webhookId: hook, run: 'run-1', settlements: [settlement], breaker, now });
    const { json } = await get(`/v1/webhooks/${hook}/health`);
    expect(json).toMatchObject({
      lastAttempt: { outcome: 'unreachable', statusCode: null },
      latency: null,
      lane: { state: 'open', waiting: 1, faults: 12 },
    });
    const probe = Date.parse((json['lane'] as { nextProbeAt: string }).nextProbeAt);
    expect(Math.abs(probe - now - 30_000)).toBeLessThan(12_000);
  });
});

describe('Bulk actions', () => {
  test('keep the reason, and are listed with the newest first', async () => {
    const reason = '  Ticket OPS-12: the endpoint is gone.  ';
    const first = await post('/v1/dead-letters/discard', { filter: { account: 'jdoe' }, reason });
    expect(first.status).toBe(202);
    const second = await post('/v1/dead-letters/redrive', { filter: { reason: 'exhausted', statusCode: 0 } });
    const { json } = await get('/v1/redrives');
    expect(json).toMatchObject({
      next: null,
      items: [
        {
          id: second.json['id'],
          action: 'redrive',
          reason: null,
          filter: { reason: 'exhausted', statusCode: 0 },
        },
        { id: first.json['id'], action: 'discard', reason: reason.trim(), state: 'waiting' },
      ],
    });
    expect((await get(`/v1/redrives/${String(first.json['id'])}`)).json).toMatchObject({
      reason: reason.trim(),
    });
  });

  test('a reason is bounded, and only a discard has one', async () => {
    const long = await post('/v1/dead-letters/discard', { filter: {}, reason: 'x'.repeat(501) });
    expect(long).toMatchObject({ status: 422, json: { field: 'reason' } });
    const redrive = await post('/v1/dead-letters/redrive', { filter: {}, reason: 'why' });
    expect(redrive).toMatchObject({ status: 422, json: { field: 'reason' } });
  });

  test.each(['webhook_deleted', 'discarded'])(
    'the reason %s is refused where it could find no dead letter, with a word of where it is listed',
    async (reason) => {
      for (const action of ['redrive', 'discard']) {
        const refused = await post(`/v1/dead-letters/${action}`, { filter: { reason }, dryRun: true });
        expect(refused).toMatchObject({ status: 422, json: { field: 'filter.reason' } });
        expect(refused.json['detail']).toMatch(/exhausted, gone, blocked, lane_open.*GET \/v1\/deliveries/);
      }
      for (const list of ['/v1/dead-letters', '/v1/dead-letters/groups']) {
        expect(await get(`${list}?reason=${reason}`)).toMatchObject({
          status: 422,
          json: { field: 'reason' },
        });
      }
      expect((await get(`/v1/deliveries?reason=${reason}`)).status).toBe(200);
    },
  );

  test('of which there are many are listed up to fifty', async () => {
    for (let i = 0; i < 55; i++) {
      await store.redrives.createRedrive({ action: 'redrive', filter: {}, matched: i });
    }
    const { json } = await get('/v1/redrives');
    expect(json['items']).toHaveLength(50);
  });
});

test('Deliveries and dead letters are found by reason, and by an answer that never came', async () => {
  const hook = await addWebhook();
  const events = [await emit(), await emit(), await emit()];
  const due = await takeAll(hook);
  await settle(hook, due.slice(0, 1), { disposition: DEAD });
  await settle(hook, due.slice(1, 2), {
    disposition: DEAD,
    attempt: { statusCode: null, outcome: 'timeout' },
  });
  await settle(hook, due.slice(2), {
    disposition: { kind: 'dead', reason: 'gone' },
    attempt: { statusCode: 410, outcome: 'gone' },
  });
  const found = async (url: string): Promise<unknown[]> => {
    const items = (await get(url)).json['items'] as { eventId: string }[];
    const places = items.map(({ eventId }) => events.findIndex(({ id }) => id === eventId));
    return places.toSorted((a, b) => a - b);
  };
  for (const list of ['/v1/deliveries', '/v1/dead-letters']) {
    expect(await found(`${list}?reason=exhausted`)).toEqual([0, 1]);
    expect(await found(`${list}?reason=gone`)).toEqual([2]);
    expect(await found(`${list}?statusCode=0`)).toEqual([1]);
    expect(await found(`${list}?reason=exhausted&statusCode=500`)).toEqual([0]);
  }
  expect((await get('/v1/deliveries?statusCode=99')).json).toMatchObject({ field: 'statusCode' });
});
