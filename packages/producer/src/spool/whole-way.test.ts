/** The whole way, with the real programs: what was emitted without Redis is delivered in the order it was emitted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort, startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { eventually, startReceiver, startRedis } from '@hooklane/testkit';
import type { Receiver, TestRedis } from '@hooklane/testkit';
import { createProducer } from '../producer.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const TOKEN = 'a-token-for-the-test-of-the-spool';
const APPS = ['shop', 'blog'] as const;
const EVENTS = 1000;
const HOUR_MS = 3_600_000;

const programs: RunningProcess[] = [];
let dir: string;
let redis: TestRedis;
let receiver: Receiver;
let api: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hooklane-spool-'));
  redis = await startRedis({ aof: true, args: ['--appendfsync', 'always'] });
  receiver = await startReceiver();
  const ports = await Promise.all([startProgram('server'), startProgram('worker')]);
  api = `http://127.0.0.1:${ports[0]}/v1`;
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

/** The ids that came to a path since `from`, the first time of each. */
function arrivedAt(path: string, from: number): string[] {
  const mine = receiver.requests.slice(from).filter((request) => request.path === path);
  return [...new Set(mine.map((request) => request.headers['webhook-id'] ?? ''))];
}

/**
 * Several workers, and one with several jobs, may dispatch a later batch before an earlier one. For a minute the time
 * of acceptance mends that; dispatch knows nothing better for what is older.
 */
test.each([
  { when: 'just now', ageMs: 0, isOrdered: true },
  { when: 'an hour ago, by a process that is gone', ageMs: HOUR_MS, isOrdered: false },
])(
  '1,000 events emitted without Redis $when are all delivered; in order in each scope: $isOrdered',
  async ({ ageMs, isOrdered }) => {
    const spool = { dir: join(dir, `spool-${ageMs}`) };
    const from = receiver.requests.length;
    await redis.kill9();
    let producer = createProducer({ redis: redis.url, spool, now: () => Date.now() - ageMs });
    const emitted = await Promise.all(
      Array.from({ length: EVENTS }, async (__, i) => {
        const name = APPS[i % APPS.length] ?? 'shop';
        const body = { app_name: name, build_num: String(i), status: 'Queued' };
        return { name, ...(await producer.emit({ account: 'jdoe', type: 'build.started', body })) };
      }),
    );
    expect(emitted.every(({ spooled }) => spooled)).toBe(true);
    if (ageMs > 0) {
      await producer.close();
      producer = createProducer({ redis: redis.url, spool });
    }
    await redis.restart();
    for (const name of APPS) {
      const sent = emitted.filter((each) => each.name === name).map(({ id }) => id);
      await eventually(() => expect(arrivedAt(`/${name}`, from)).toHaveLength(sent.length), {
        timeoutMs: 60_000,
        everyMs: 200,
      });
      const arrived = arrivedAt(`/${name}`, from);
      expect(isOrdered ? arrived : arrived.toSorted()).toEqual(sent);
    }
    await producer.close();
  },
  120_000,
);
