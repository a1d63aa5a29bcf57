/** Who may watch deliveries, for how long, and how slowly. On a real Redis, over real sockets. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { get as httpGet } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Store } from '@hooklane/store';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { openTestStore, testEvent } from './testing/populate.ts';
import { REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealServer } from './testing/real-server.ts';

const HEARTBEAT_MS = 200;
const NEXT = { timeoutMs: 20_000 };

let redis: TestRedis;
let server: RealServer;
let store: Store;
const hooks: Record<string, string> = {};
const open: Stream[] = [];

const admin = { authorization: `Bearer ${REAL_TOKEN}` };
const SCOPES = { jdoe: 'applications/shop', acme: 'environments/stage' } as const;

beforeAll(async () => {
  redis = await startRedis();
  server = startRealServer(redis.url, { heartbeatMs: HEARTBEAT_MS });
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  store = openTestStore(redis.url);
  for (const account of ['jdoe', 'acme'] as const) {
    const path = `/v1/accounts/${account}/${SCOPES[account]}`;
    await server.ask('PUT', path, { headers: admin, body: { enabled: true } });
    const event = account === 'jdoe' ? 'build.finished' : 'deploy.finished';
    const body = { name: 'chat', event, url: 'http://127.0.0.1:1/', maxInFlight: 256 };
    const made = await server.ask('POST', `${path}/webhooks`, { headers: admin, body });
    hooks[account] = String(made.json['id']);
  }
});
afterAll(async () => {
  for (const stream of open) stream.close();
  await Promise.all([server.close(), store.close()]);
  await redis.stop();
});

interface Stream {
  text: () => string;
  isOpen: () => boolean;
  close: () => void;
}

function address(): string {
  return `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
}

/** Watches until it is closed; resolves when the server has said that it began. */
async function watch(headers: Record<string, string>, query = ''): Promise<Stream> {
  const request = httpGet(`${address()}/v1/deliveries/stream${query}`, {
    headers: { ...headers, connection: 'close' },
    agent: false,
  });
  const signal = AbortSignal.timeout(NEXT.timeoutMs);
  const [response] = (await once(request, 'response', { signal })) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  let [text, isOpen] = ['', true];
  response.setEncoding('utf8').on('data', (part: string) => (text += part));
  response.on('error', () => undefined).on('close', () => (isOpen = false));
  const stream = { text: () => text, isOpen: () => isOpen, close: () => request.destroy() };
  open.push(stream);
  await eventually(() => expect(text).toContain('event: position'), NEXT);
  return stream;
}

async function makeToken(
  accounts: string[] | null,
): Promise<{ id: string; headers: { authorization: string } }> {
  const body = { name: 'watcher', roles: ['read'], accounts };
  const { json } = await server.ask('POST', '/v1/tokens', { headers: admin, body });
  return { id: String(json['id']), headers: { authorization: `Bearer ${String(json['token'])}` } };
}

let count = 0;
async function emit(account: 'jdoe' | 'acme'): Promise<string> {
  const id = `live-${++count}`;
  await store.dispatch([testEvent(id, account)]);
  return id;
}

test('A token that is bound to accounts sees these, whatever it asks for, and nothing of what was before with an id of others', async () => {
  const { headers } = await makeToken(['JDOE']);
  const all = await watch(admin);
  const mine = await watch(headers);
  const narrow = await watch(headers, '?account=jdoe');
  const foreign = await fetch(`${address()}/v1/deliveries/stream?account=acme`, { headers });
  expect([foreign.status, ((await foreign.json()) as { code: string }).code]).toEqual([
    403,
    'foreign_account',
  ]);
  const others = await emit('acme');
  const own = await emit('jdoe');
  for (const stream of [all, mine, narrow])
    await eventually(() => expect(stream.text()).toContain(own), NEXT);
  await eventually(() => expect(all.text()).toContain(others), NEXT);
  // A position of the admin's stream, from before both.
  const since = /id: (\S+)/.exec(all.text())?.[1] ?? '';
  const resumed = await watch({ ...headers, 'last-event-id': since });
  await eventually(() => expect(resumed.text()).toContain(own), NEXT);
  for (const stream of [mine, narrow, resumed]) {
    expect(stream.text()).not.toContain(others);
    expect(stream.text()).not.toContain('acme');
    expect(stream.text()).not.toContain(hooks['acme']);
  }
}, 60_000);

test('A token that is revoked ends its streams, and opens none', async () => {
  const { id, headers } = await makeToken(null);
  const [ended, kept] = [await watch(headers), await watch(admin)];
  expect((await server.ask('DELETE', `/v1/tokens/${id}`, { headers: admin })).status).toBe(204);
  await eventually(() => expect(ended.isOpen()).toBe(false), NEXT);
  const later = await emit('jdoe');
  await eventually(() => expect(kept.text()).toContain(later), NEXT);
  expect(ended.text()).not.toContain(later);
  expect((await server.ask('GET', '/v1/deliveries/stream', { headers })).status).toBe(401);
}, 60_000);

test('Signing out ends the streams of that session, and no other', async () => {
  const here = { 'sec-fetch-site': 'same-origin', 'x-hooklane-console': '1' };
  const signIn = async (): Promise<{ cookie: string }> => {
    const answer = await server.ask('POST', '/v1/session', { headers: here, body: { token: REAL_TOKEN } });
    return { cookie: String(answer.headers['set-cookie']).split(';', 1)[0] ?? '' };
  };
  const [first, second] = [await signIn(), await signIn()];
  const [ended, kept] = [await watch(first), await watch(second)];
  expect((await server.ask('DELETE', '/v1/session', { headers: { ...here, ...first } })).status).toBe(204);
  await eventually(() => expect(ended.isOpen()).toBe(false), NEXT);
  expect(kept.isOpen()).toBe(true);
  expect((await server.ask('GET', '/v1/deliveries/stream', { headers: first })).status).toBe(401);
}, 60_000);

test('A reader hears of a flush that is too large for its bound by a gap, and keeps its stream', async () => {
  const kept = await watch(admin);
  for (let i = 0; i < 6; i++) await tellMuch();
  await eventually(() => expect(kept.text()).toContain('event: gap'), NEXT);
  const last = await emit('jdoe');
  await eventually(() => expect(kept.text().includes(last)).toBe(true), NEXT);
  expect(kept.isOpen()).toBe(true);
}, 60_000);

test('A reader that does not read is dropped, and what waits for it stays bounded; others hear all', async () => {
  const accepted: Socket[] = [];
  server.app.server.on('connection', (socket: Socket) => accepted.push(socket));
  const kept = await watch(admin);
  const { port } = server.app.server.address() as AddressInfo;
  const slow = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
  // It never reads: what the server writes fills the buffers of the system, then the server's own.
  slow.pause();
  slow.write(
    `GET /v1/deliveries/stream HTTP/1.1\r\nhost: x\r\nauthorization: ${admin.authorization}\r\n\r\n`,
  );
  const atServer = await eventually(() => {
    const found = accepted.find(({ remotePort }) => remotePort === slow.localPort);
    expect(found?.bytesWritten).toBeGreaterThan(0);
    return found;
  }, NEXT);
  const before = process.memoryUsage().rss;
  await eventually(
    async () => {
      await tellMuch();
      expect(atServer?.destroyed).toBe(true);
    },
    { timeoutMs: 100_000, everyMs: 250 },
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(512 * 2 ** 20);
  slow.destroy();
  const last = await emit('jdoe');
  await eventually(() => expect(kept.text().includes(last)).toBe(true), NEXT);
  expect(kept.isOpen()).toBe(true);
}, 150_000);

/** About 225 KB for everybody who watches: failed tries with long headers. */
async function tellMuch(): Promise<void> {
  const webhookId = hooks['jdoe'] ?? '';
  for (let i = 0; i < 15; i++) await emit('jdoe');
  const [run, now] = [`run-${++count}`, Date.now()];
  const take = await store.lanes.take({ webhookId, run, limit: 100, now });
  const due = take.kind === 'work' ? take.due : [];
  await store.lanes.settle({
    webhookId,
    run,
    breaker: null,
    now,
    settlements: due.map((delivery) => ({
      delivery,
      charged: true,
      disposition: { kind: 'dead', reason: 'exhausted' },
      attempt: {
        number: delivery.tries + 1,
        startedAt: now,
        durationMs: 5,
        outcome: 'rejected',
        fault: 'receiver',
        statusCode: 500,
        error: null,
        response: { headers: { 'x-long': 'y'.repeat(15_000) }, body: 'no', truncated: false },
      },
    })),
  });
  await store.lanes.release(webhookId, run);
}
