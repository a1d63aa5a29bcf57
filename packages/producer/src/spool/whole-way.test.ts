/**
 * The whole way, with the real programs and two workers: what was emitted without Redis is delivered exactly in the
 * order in which it was emitted.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort, startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { eventually, startReceiver, startRedis } from '@hooklane/testkit';
import type { Receiver, TestRedis } from '@hooklane/testkit';
import { emitUntilSafe } from '../../fixtures/emit-until-safe.ts';
import { createProducer } from '../producer.ts';
import type { Producer } from '../producer.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const TOKEN = 'a-token-for-the-test-of-the-spool';
const APPS = ['shop', 'blog', 'wiki', 'mail'] as const;
const EVENTS = 1000;
const DAY_MS = 86_400_000;

const programs: RunningProcess[] = [];
let dir: string;
let redis: TestRedis;
let receiver: Receiver;
let api: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hooklane-spool-'));
  redis = await startRedis({ aof: true, args: ['--appendfsync', 'always'] });
  receiver = await startReceiver();
  const [port] = await Promise.all([startProgram('server'), startProgram('worker'), startProgram('worker')]);
  api = `http://127.0.0.1:${port}/v1`;
  for (const name of APPS) {
    const scope = `${api}/accounts/jdoe/applications/${name}`;
    await call('PUT', scope, { enabled: true });
    const url = receiver.url(`/${name}`);
    await call('POST', `${scope}/webhooks`, {
      name: 'in-order',
      event: 'build.started',
      url,
      maxInFlight: 1,
    });
  }
}, 60_000);

afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop(10_000)));
  await receiver.close();
  await redis.stop();
  rmSync(dir, { recursive: true, force: true });
}, 30_000);

/** Its port, when it is ready. */
async function startProgram(name: 'server' | 'worker'): Promise<number> {
  const port = await freePort();
  const env = {
    ...process.env,
    REDIS_URL: redis.url,
    PORT: String(port),
    HOOKLANE_API_TOKEN: TOKEN,
    HOOKLANE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    HOOKLANE_DATA_DIR: join(dir, 'data'),
    HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
    LOG_LEVEL: 'error',
  };
  programs.push(await startProcess({ name, args: [join(ROOT, 'apps', name, 'dist', 'main.js')], env }));
  const ready = async (): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { headers: { connection: 'close' } });
    expect(answer.status).toBe(200);
  };
  await eventually(ready, { timeoutMs: 30_000, everyMs: 100 });
  return port;
}

async function call(method: string, url: string, body: unknown): Promise<void> {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
    connection: 'close',
  };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
}

/** The ids that came to the webhook of an application since `from`, the first time of each. */
function arrivedAt(name: string, from: number): string[] {
  const mine = receiver.requests.slice(from).filter((request) => request.path === `/${name}`);
  return [...new Set(mine.map((request) => request.headers['webhook-id'] ?? ''))];
}

/** Waits until all of them are there. */
async function arrivals(name: string, from: number, ids: readonly string[]): Promise<string[]> {
  const missing = () => {
    const arrived = new Set(arrivedAt(name, from));
    return ids.filter((id) => !arrived.has(id));
  };
  await eventually(() => expect(missing()).toEqual([]), { timeoutMs: 60_000, everyMs: 200 });
  return arrivedAt(name, from);
}

interface Sent {
  name: string;
  id: string;
  spooled?: boolean;
}

/** Emits events one after the other without waiting, over all applications. */
async function emitAll(producer: Producer, ids: readonly string[]): Promise<Sent[]> {
  return Promise.all(
    ids.map(async (id, i) => {
      const name = APPS[i % APPS.length] ?? 'shop';
      const body = { app_name: name, build_num: String(i), status: 'Queued' };
      const began = performance.now();
      const emitted = await emitUntilSafe(producer, { account: 'jdoe', type: 'build.started', body, id });
      expect(performance.now() - began).toBeLessThan(5000);
      return { name, ...emitted };
    }),
  );
}

/** Ids that sort against the order in which they are emitted. */
function idsFor(run: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${run}-${9999 - i}`);
}

test.each([
  { when: 'just now', ageMs: 0 },
  { when: 'two days ago, by a process that is gone', ageMs: 2 * DAY_MS },
])(
  '1,000 events emitted without Redis $when are all delivered in order in each scope, and those after them behind them',
  async ({ ageMs }) => {
    const spool = { dir: join(dir, `spool-${ageMs}`) };
    const from = receiver.requests.length;
    await redis.kill9();
    let producer = createProducer({ redis: redis.url, spool, now: () => Date.now() - ageMs });
    const emitted = await emitAll(producer, idsFor(`age-${ageMs}`, EVENTS));
    expect(emitted.every(({ spooled }) => spooled)).toBe(true);
    if (ageMs > 0) {
      await producer.close();
      producer = createProducer({ redis: redis.url, spool });
    }
    await redis.restart();
    // While the spool is replayed and after it: first they go behind it, then to Redis.
    for (let round = 0; round < 40; round += 1) {
      const ids = idsFor(`age-${ageMs}-round-${round}`, 2 * APPS.length);
      emitted.push(...(await emitAll(producer, ids)));
      await pause(50);
    }
    expect(emitted.at(-1)?.spooled).toBeUndefined();
    for (const name of APPS) {
      const sent = emitted.filter((each) => each.name === name).map(({ id }) => id);
      expect(await arrivals(name, from, sent)).toEqual(sent);
    }
    await producer.close();
  },
  120_000,
);

test('kill -9 in the middle of spooling loses no event whose emit had returned, and keeps the order', async () => {
  const spool = { dir: join(dir, 'spool-killed') };
  const from = receiver.requests.length;
  await redis.kill9();
  const told: string[] = [];
  const emitter = await startProcess({
    name: 'emitter',
    args: [
      join(import.meta.dirname, '..', '..', 'fixtures', 'emit-and-tell.ts'),
      redis.url,
      spool.dir,
      ...APPS,
    ],
    onLine: (line) => told.push(line),
  });
  await eventually(() => expect(told.length).toBeGreaterThan(500), { timeoutMs: 30_000, everyMs: 5 });
  await emitter.kill9();
  // Its last line may be cut.
  const returned = told.filter((line) => line.endsWith(';')).map((line) => line.slice(0, -1));
  const producer = createProducer({ redis: redis.url, spool });
  await redis.restart();
  const last = await emitAll(producer, idsFor('after-the-kill', APPS.length));
  for (const [i, name] of APPS.entries()) {
    const sent = returned.filter((id) => id.startsWith(`${name}-`));
    const arrived = await arrivals(name, from, [...sent, last[i]?.id ?? '']);
    // What had not returned may be there as well, in its place.
    expect(arrived.slice(0, -1)).toEqual(arrived.slice(0, -1).map((_, n) => `${name}-${n}`));
    expect(arrived.at(-1)).toBe(last[i]?.id);
    expect(sent.length).toBeGreaterThan(50);
  }
  await producer.close();
}, 120_000);
