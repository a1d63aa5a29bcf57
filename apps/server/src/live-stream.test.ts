import { get as httpGet } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AcceptedEvent, DueDelivery, Settlement } from '@hooklane/core';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import type { Store } from '@hooklane/store';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { REAL_KEY, REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealServer } from './testing/real-server.ts';

let redis: TestRedis;
let server: RealServer;
let store: Store;
let hook: string;
const streams: Stream[] = [];

const headers = { authorization: `Bearer ${REAL_TOKEN}` };
const APP = '/v1/accounts/jdoe/applications/shop';

beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(async () => {
  await redis.flush();
  server = startRealServer(redis.url);
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  store = createStore({
    redis: connectStore({ redis: redis.url, role: 'worker' }),
    secrets: createSecretBox(REAL_KEY),
  });
  await server.ask('PUT', APP, { headers, body: { enabled: true } });
  const body = { name: 'chat', event: 'build.finished', url: 'http://127.0.0.1:1/', maxInFlight: 256 };
  hook = String((await server.ask('POST', `${APP}/webhooks`, { headers, body })).json['id']);
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await Promise.all([server.close(), store.close()]);
});
afterAll(() => redis.stop());

interface Message {
  event: string;
  data: Record<string, unknown>;
}

interface Stream {
  status: number;
  messages: Message[];
  /** What a browser would send as `Last-Event-ID`. */
  lastId: () => string;
  isOpen: () => boolean;
  close: () => void;
}

/** Reads as a browser's EventSource does. */
async function open(query = '', more: Record<string, string> = {}): Promise<Stream> {
  const { port } = server.app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/v1/deliveries/stream${query}`;
  const sent: Record<string, string> = { ...('cookie' in more ? {} : headers), ...more };
  const { promise, resolve, reject } = Promise.withResolvers<Stream>();
  const request = httpGet(url, { headers: sent });
  request.on('error', reject);
  request.on('response', (response) => {
    const messages: Message[] = [];
    let [lastId, rest, isOpen] = ['', '', true];
    response.setEncoding('utf8');
    response.on('error', () => undefined);
    response.on('close', () => (isOpen = false));
    response.on('data', (text: string) => {
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = new Map(
          block.split('\n').map((line) => {
            const at = line.indexOf(': ');
            return [line.slice(0, at), line.slice(at + 2)];
          }),
        );
        lastId = fields.get('id') ?? lastId;
        const data = fields.get('data');
        if (data !== undefined && fields.get('event') !== 'position') {
          messages.push({
            event: fields.get('event') ?? '',
            data: JSON.parse(data) as Record<string, unknown>,
          });
        }
      }
    });
    const stream = {
      status: response.statusCode ?? 0,
      messages,
      lastId: () => lastId,
      isOpen: () => isOpen,
      close: () => request.destroy(),
    };
    streams.push(stream);
    resolve(stream);
  });
  const stream = await promise;
  if (stream.status === 200) await eventually(() => expect(stream.lastId()).not.toBe(''));
  return stream;
}

let count = 0;
async function emit(more: Partial<AcceptedEvent> = {}): Promise<AcceptedEvent> {
  const event: AcceptedEvent = {
    id: `evt_${++count}`,
    type: 'build.finished',
    account: 'jdoe',
    scope: { kind: 'application', name: 'shop' },
    acceptedAt: Date.now(),
    occurredAt: Date.now(),
    body: '{"n":1}',
    ...more,
  };
  await store.dispatch([event]);
  return event;
}

async function settleAll(disposition: Settlement['disposition'], statusCode = 500): Promise<DueDelivery[]> {
  const now = Date.now();
  const take = await store.lanes.take({ webhookId: hook, run: 'run-1', limit: 100, now });
  const due = take.kind === 'work' ? take.due : [];
  const ok = disposition.kind === 'delivered';
  const settlements = due.map((delivery): Settlement => ({
    delivery,
    charged: true,
    disposition,
    attempt: {
      number: delivery.tries + 1,
      startedAt: now,
      durationMs: 5,
      outcome: ok ? 'ok' : 'rejected',
      fault: ok ? null : 'receiver',
      statusCode: ok ? 200 : statusCode,
      error: null,
      response: null,
    },
  }));
  await store.lanes.settle({ webhookId: hook, run: 'run-1', settlements, breaker: null, now });
  return due;
}

const DEAD = { kind: 'dead', reason: 'exhausted' } as const;
const told = ({ messages }: Stream): string[] =>
  messages.map(({ event, data }) =>
    [event, data['eventId'] ?? data['id'], data['status']].filter(Boolean).join(' '),
  );

describe('The stream of deliveries', () => {
  test('tells of a new delivery, its tries, its end, its redelivery and its discarding', async () => {
    const stream = await open();
    const { id } = await emit();
    await eventually(() => expect(told(stream)).toEqual([`delivery ${id} pending`]));
    await settleAll({ kind: 'retry', at: Date.now() });
    await eventually(() => expect(told(stream).at(-1)).toBe(`delivery ${id} retrying`));
    await settleAll(DEAD);
    await eventually(() => expect(told(stream).at(-1)).toBe(`delivery ${id} dead`));
    expect(stream.messages.at(-1)?.data).toMatchObject({
      id: `${id}.${hook}`,
      webhookName: 'chat',
      attempts: [{ statusCode: 500 }, { statusCode: 500 }],
    });
    await server.ask('POST', `/v1/deliveries/${id}.${hook}/redeliver`, { headers });
    await eventually(() => expect(told(stream).at(-1)).toBe(`delivery ${id} pending`));
    await settleAll(DEAD);
    await eventually(() => expect(told(stream).at(-1)).toBe(`delivery ${id} dead`));
    await store.deliveries.discard([`${id}.${hook}`]);
    await eventually(() => expect(stream.messages.at(-1)?.data).toMatchObject({ reason: 'discarded' }));
  });

  test('tells of what matches, and of what matches no longer', async () => {
    const [dead, other, shop] = await Promise.all([
      open('?status=dead'),
      open('?account=somebody-else'),
      open('?application=SHOP&event=build.finished'),
    ]);
    const { id } = await emit();
    await eventually(() => expect(told(shop)).toEqual([`delivery ${id} pending`]));
    await settleAll(DEAD);
    await eventually(() => expect(told(dead).at(-1)).toBe(`delivery ${id} dead`));
    await server.ask('POST', `/v1/deliveries/${id}.${hook}/redeliver`, { headers });
    await eventually(() => expect(told(dead).at(-1)).toBe(`left ${id}.${hook}`));
    await eventually(() => expect(told(shop)).toHaveLength(3));
    expect(told(other)).toEqual([]);
  });

  test('goes on where it broke', async () => {
    const first = await open();
    const before = await emit();
    await eventually(() => expect(told(first)).toHaveLength(1));
    const position = first.lastId();
    // Another one watches meanwhile.
    await open();
    first.close();
    const { id } = await emit();
    const again = await open('', { 'last-event-id': position });
    await eventually(() => expect(told(again)).toEqual([`delivery ${id} pending`]));
    expect(told(again).join()).not.toContain(before.id);
  });

  test('says that something was missed: when nobody watched, or for a position that is none', async () => {
    const first = await open();
    const position = first.lastId();
    first.close();
    const redisClient = connectStore({ redis: redis.url, role: 'server' });
    await redisClient.del('{h0}:watched');
    await emit();
    redisClient.disconnect();
    for (const id of [position, '99999999999999-0.7', 'nonsense']) {
      const again = await open('', { 'last-event-id': id });
      await eventually(() => expect(told(again)).toEqual(['gap']));
    }
  });

  test('asks to look again rather than to tell of thousands', async () => {
    const stream = await open();
    for (let i = 0; i < 6; i++) {
      const events = Array.from({ length: 100 }, () => ({
        id: `evt_many_${++count}`,
        type: 'build.finished' as const,
        account: 'jdoe',
        scope: { kind: 'application' as const, name: 'shop' },
        acceptedAt: Date.now(),
        occurredAt: Date.now(),
        body: '{}',
      }));
      await store.dispatch(events);
    }
    await eventually(() => expect(told(stream)).toContain('gap'));
  });

  test('costs nothing when nobody watches', async () => {
    await emit();
    const raw = connectStore({ redis: redis.url, role: 'server' });
    expect(await raw.exists('{h0}:changes')).toBe(0);
    raw.disconnect();
  });

  test('is bounded: 200 of them, then 503, and a place becomes free again', async () => {
    const all = await Promise.all(Array.from({ length: 200 }, () => open()));
    const refused = await server.ask('GET', '/v1/deliveries/stream', { headers });
    expect(refused).toMatchObject({ status: 503, json: { code: 'too_many_streams' } });
    expect(refused.headers['retry-after']).toBe('15');
    all[0]?.close();
    await eventually(async () => expect((await open()).status).toBe(200));
  });

  test('ends when the server closes', async () => {
    const stream = await open();
    await server.app.close();
    await eventually(() => expect(stream.isOpen()).toBe(false));
  });

  test('needs a token or a session, and is not opened by HEAD', async () => {
    expect((await server.ask('GET', '/v1/deliveries/stream')).status).toBe(401);
    expect((await server.ask('HEAD', '/v1/deliveries/stream', { headers })).status).toBe(405);
    expect((await server.ask('GET', '/v1/deliveries/stream?status=lost', { headers })).status).toBe(422);
  });
});
