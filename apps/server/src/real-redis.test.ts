import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DEFAULT_RETRY_POLICY } from '@hooklane/core';
import type { AcceptedEvent } from '@hooklane/core';
import { connectQueues, runEventWorker } from '@hooklane/queue';
import type { QueueConnection, RunningWorker } from '@hooklane/queue';
import { createLogger, createMetrics } from '@hooklane/runtime';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import type { Store } from '@hooklane/store';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import type { FastifyInstance } from 'fastify';
import { connectPorts } from './connect-ports.ts';
import type { ConnectedPorts } from './connect-ports.ts';
import { createServer } from './server.ts';
import { sampleAttempt } from './testing/memory-ports.ts';

const TOKEN = 'real-token-0123456789';
const KEY = Buffer.alloc(32, 7);

let redis: TestRedis;
let connected: ConnectedPorts;
let app: FastifyInstance;
let store: Store;
let queues: QueueConnection;
let worker: RunningWorker;

function start(
  url: string,
  secretKey: Uint8Array = KEY,
): { connected: ConnectedPorts; app: FastifyInstance } {
  const ports = connectPorts({
    settings: {
      redis: { url },
      allowedNetworks: ['127.0.0.1/32'],
      retentionMs: 86_400_000,
      requestTimeoutMs: 1000,
      retryPolicy: DEFAULT_RETRY_POLICY,
    },
    secretKey,
    onError: () => undefined,
  });
  const metrics = createMetrics('server', 'test');
  metrics.setBacklogSource(() => ports.readGauges());
  const logger = createLogger({ name: 'server', level: 'silent' });
  return {
    connected: ports,
    app: createServer({ ports: ports.ports, logger, metrics, apiToken: TOKEN, version: '0.0.0' }),
  };
}

interface Answer {
  status: number;
  json: Record<string, unknown>;
  headers: Record<string, unknown>;
  text: string;
}

async function ask(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: object,
): Promise<Answer> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const answer = await app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) });
  const isJson = String(answer.headers['content-type']).includes('json') && answer.body !== '';
  return {
    status: answer.statusCode,
    json: isJson ? answer.json<Record<string, unknown>>() : {},
    headers: answer.headers,
    text: answer.body,
  };
}

/** Dispatches as a worker does; no lane runs, so deliveries stay where the test puts them. */
function dispatch(): void {
  queues = connectQueues({ redis: redis.url, role: 'worker' });
  worker = runEventWorker(queues, {
    concurrency: 1,
    handle: async (events: AcceptedEvent[]) => {
      await store.dispatch(events);
    },
  });
}

beforeAll(async () => {
  redis = await startRedis();
  ({ connected, app } = start(redis.url));
  store = createStore({
    redis: connectStore({ redis: redis.url, role: 'worker' }),
    secrets: createSecretBox(KEY),
  });
  dispatch();
});
afterAll(async () => {
  await worker.close(1000);
  await app.close();
  await Promise.all([connected.close(), queues.close(), store.close()]);
  await redis.stop();
});

const HOOKS = '/v1/accounts/jdoe/applications/MyApp/webhooks';
const NEW = { name: 'chat', event: 'build.finished', url: 'http://127.0.0.1:1/', secret: 'not-to-be-shown' };
const EVENT = {
  account: 'jdoe',
  type: 'build.finished',
  body: { build_num: 12, app_name: 'myapp', status: 'Success' },
};

describe('on a real Redis', () => {
  let hook: Record<string, unknown>;
  beforeEach(async () => {
    await redis.flush();
    hook = (await ask('POST', HOOKS, NEW)).json;
    await ask('PUT', '/v1/accounts/jdoe/applications/MYAPP', { enabled: true });
  });

  async function emit(event: object = EVENT): Promise<string> {
    const { status, json } = await ask('POST', '/v1/events', event);
    expect(status).toBe(202);
    return String(json['id']);
  }

  function eventOnceDispatched(id: string): Promise<Record<string, unknown>> {
    return eventually(async () => {
      const answer = await ask('GET', `/v1/events/${id}`);
      expect(answer.status).toBe(200);
      return answer.json;
    });
  }

  test('an event reaches the lane of its webhook and is found by every way of looking', async () => {
    const id = await emit();
    const event = await eventOnceDispatched(id);
    const deliveryId = `${id}.${String(hook['id'])}`;
    expect(event).toMatchObject({
      body: EVENT.body,
      unmatched: null,
      deliveries: [{ id: deliveryId, status: 'pending' }],
    });
    const url = '/v1/deliveries?account=JDOE&application=MyApp&event=build.finished&status=pending';
    expect((await ask('GET', url)).json).toMatchObject({
      items: [{ id: deliveryId, attempts: [] }],
      next: null,
    });
    expect((await ask('GET', `/v1/deliveries/${deliveryId}`)).json).toMatchObject({
      id: deliveryId,
      attempts: [],
    });
    const again = await ask('POST', `/v1/deliveries/${deliveryId}/redeliver`);
    expect(again).toMatchObject({ status: 409, json: { code: 'delivery_in_progress' } });
  });

  test('an id that is sent twice is one event', async () => {
    await emit({ ...EVENT, id: 'run-7' });
    await emit({ ...EVENT, id: 'run-7' });
    await eventOnceDispatched('run-7');
    expect((await ask('GET', '/v1/deliveries')).json['items']).toHaveLength(1);
  });

  test('pages follow each other without a gap or a repeat', async () => {
    const ids = ['p1', 'p2', 'p3', 'p4', 'p5'];
    for (const id of ids) await emit({ ...EVENT, id });
    await Promise.all(ids.map(eventOnceDispatched));
    const seen: string[] = [];
    let next = '';
    do {
      const { json } = await ask('GET', `/v1/deliveries?limit=2${next}`);
      const page = json as { items: { eventId: string }[]; next: string | null };
      seen.push(...page.items.map(({ eventId }) => eventId));
      next = page.next === null ? '' : `&cursor=${page.next}`;
    } while (next !== '');
    expect(seen.toSorted()).toEqual(ids);
    const foreign = await ask('GET', '/v1/dead-letters?cursor=bm9wZQ');
    expect(foreign).toMatchObject({ status: 422, json: { code: 'invalid_cursor', field: 'cursor' } });
  });

  test('an event that nobody hears of says why', async () => {
    await ask('PUT', '/v1/accounts/jdoe/applications/MyApp', { enabled: false });
    const off = await eventOnceDispatched(await emit());
    expect(off['unmatched']).toMatchObject({ reason: 'scope_disabled' });
    await ask('PUT', '/v1/accounts/jdoe/applications/MyApp', { enabled: true });
    await ask('PATCH', `/v1/webhooks/${String(hook['id'])}`, { enabled: false });
    const deaf = await eventOnceDispatched(await emit());
    expect(deaf['unmatched']).toMatchObject({ reason: 'no_matching_webhook' });
  });

  test('a webhook lives, changes and goes, and never shows its secret', async () => {
    const url = `/v1/webhooks/${String(hook['id'])}`;
    expect(hook).toMatchObject({ hasSecret: true, enabled: true, url: 'http://127.0.0.1:1/' });
    expect(await ask('POST', HOOKS, { ...NEW, name: 'CHAT' })).toMatchObject({
      status: 409,
      json: { field: 'name' },
    });
    const changed = await ask('PATCH', url, {
      name: 'Mail',
      secret: 'also-not-to-be-shown',
      secretOverlap: '1h',
      enabled: false,
    });
    expect(changed).toMatchObject({
      status: 200,
      json: { name: 'Mail', enabled: false, disabled: { reason: 'by_person' } },
    });
    expect(await ask('POST', `${url}/test`)).toMatchObject({
      status: 409,
      json: { code: 'webhook_disabled' },
    });
    const scope = await ask('GET', '/v1/accounts/jdoe/applications/myapp');
    expect(scope.json).toMatchObject({ enabled: true, webhooks: [{ name: 'Mail' }] });
    expect(scope.text + changed.text).not.toContain('not-to-be-shown');
    expect((await ask('GET', '/v1/scopes')).json).toMatchObject({
      items: [{ scope: { name: expect.stringMatching(/^myapp$/i) }, webhooks: 1 }],
    });
    expect((await ask('DELETE', url)).status).toBe(204);
    expect((await ask('GET', url)).status).toBe(404);
    expect((await ask('DELETE', url)).status).toBe(404);
  });

  test('a test send is a delivery like any other', async () => {
    const { status, json } = await ask('POST', `/v1/webhooks/${String(hook['id'])}/test`);
    expect(status).toBe(202);
    const delivery = await ask('GET', `/v1/deliveries/${String(json['deliveryId'])}`);
    expect(delivery.json).toMatchObject({ eventId: json['eventId'], status: 'pending' });
  });

  test('a dead letter is listed, counted, and goes back by hand or by filter', async () => {
    const id = await emit();
    await eventOnceDispatched(id);
    await die();
    const dead = await ask('GET', '/v1/dead-letters?statusCode=410');
    expect(dead.json).toMatchObject({
      items: [
        {
          eventId: id,
          status: 'dead',
          reason: 'gone',
          attempts: [{ number: 1, statusCode: 410, response: { body: 'no' } }],
        },
      ],
    });
    const count = await ask('POST', '/v1/dead-letters/redrive', {
      filter: { account: 'jdoe' },
      dryRun: true,
    });
    expect(count).toMatchObject({ status: 200, json: { matched: 1 } });
    const bulk = await ask('POST', '/v1/dead-letters/discard', { filter: {} });
    expect(bulk).toMatchObject({ status: 202, json: { matched: 1 } });
    const progress = await ask('GET', `/v1/redrives/${String(bulk.json['id'])}`);
    expect(progress.json).toMatchObject({ action: 'discard', state: 'waiting', matched: 1, done: 0 });
    const again = await ask('POST', `/v1/deliveries/${id}.${String(hook['id'])}/redeliver`);
    expect(again).toMatchObject({ status: 202, json: { id: `${id}.${String(hook['id'])}` } });
    expect((await ask('GET', '/v1/dead-letters')).json).toMatchObject({ items: [] });
  });

  /** What a worker does with a receiver that answers 410. */
  async function die(): Promise<void> {
    const webhookId = String(hook['id']);
    const now = Date.now();
    const take = await store.lanes.take({ webhookId, run: 'test', limit: 10, now });
    if (take.kind !== 'work') throw new Error(`There is no work: ${take.kind}.`);
    const settlements = take.due.map((delivery) => ({
      delivery,
      attempt: sampleAttempt({ startedAt: now, outcome: 'gone', statusCode: 410 }),
      charged: true,
      disposition: { kind: 'dead', reason: 'gone' } as const,
    }));
    await store.lanes.settle({ webhookId, run: 'test', settlements, breaker: null, now });
  }

  test('readiness and metrics come from this Redis', async () => {
    expect(await ask('GET', '/readyz')).toMatchObject({ status: 200, json: { ok: true, problems: [] } });
    const { text } = await ask('GET', '/metrics');
    expect(text).toMatch(/hooklane_backlog_deliveries\{[^}]*\} 0/);
    expect(text).toMatch(/hooklane_http_request_duration_seconds_count\{[^}]*route="\/v1\/accounts/);
  });
});

describe('without a Redis that can be used', () => {
  const close: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const each of close.splice(0)) await each();
  });

  async function serverOn(url: string, secretKey?: Uint8Array): Promise<FastifyInstance> {
    const other = start(url, secretKey);
    close.push(
      () => other.app.close(),
      () => other.connected.close(),
    );
    await other.app.ready();
    return other.app;
  }

  test('every request is answered 503 with Retry-After within 1.5 s, and the server lives on', async () => {
    const own = await startRedis();
    close.push(() => own.stop());
    const server = await serverOn(own.url);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect((await server.inject({ url: '/v1/scopes', headers })).statusCode).toBe(200);
    await own.kill9();
    for (const request of [
      { method: 'POST', url: '/v1/events', payload: EVENT },
      { method: 'POST', url: '/v1/events', payload: { ...EVENT, id: 'mine' } },
      { method: 'GET', url: '/v1/deliveries' },
      { method: 'GET', url: '/v1/scopes' },
      { method: 'POST', url: HOOKS, payload: NEW },
    ] as const) {
      const begun = performance.now();
      const answer = await server.inject({ ...request, headers });
      expect(answer.json()).toMatchObject({ status: 503, code: 'redis_unavailable' });
      expect(answer.headers['retry-after']).toBe('1');
      expect(performance.now() - begun).toBeLessThan(8000);
    }
    const ready = await server.inject('/readyz');
    expect(ready.statusCode).toBe(503);
    expect(ready.json<{ problems: string[] }>().problems.join()).not.toBe('');
    expect((await server.inject('/healthz')).statusCode).toBe(200);
    await own.restart();
    await eventually(async () => expect((await server.inject('/readyz')).statusCode).toBe(200));
    expect(
      (await server.inject({ method: 'POST', url: '/v1/events', payload: EVENT, headers })).statusCode,
    ).toBe(202);
  });

  test('one that may throw deliveries away is not ready, and the reason says what to set', async () => {
    const own = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] });
    close.push(() => own.stop());
    const answer = await (await serverOn(own.url)).inject('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ ok: false, problems: [expect.stringContaining('noeviction')] });
  });

  test('a server that started without it and has another key takes no secret once Redis is back', async () => {
    const own = await startRedis({ aof: true });
    close.push(() => own.stop());
    const first = await serverOn(own.url);
    const headers = { authorization: `Bearer ${TOKEN}` };
    const create = { method: 'POST', url: HOOKS, payload: NEW, headers } as const;
    expect((await first.inject(create)).statusCode).toBe(201);
    await own.kill9();
    const other = await serverOn(own.url, Buffer.alloc(32, 8));
    await own.restart();
    await eventually(async () => {
      const answer = await other.inject({ ...create, payload: { ...NEW, name: 'second' } });
      expect(answer.json()).toMatchObject({ status: 500, code: 'secret_key_mismatch' });
    });
    const ready = await other.inject('/readyz');
    expect(ready.statusCode).toBe(503);
    expect(ready.json<{ problems: string[] }>().problems.join()).toContain('HOOKLANE_SECRET_KEY');
    const right = { ...create, payload: { ...NEW, name: 'third' } };
    await eventually(async () => expect((await first.inject(right)).statusCode).toBe(201));
  });
});
