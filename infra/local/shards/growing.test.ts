/**
 * More shards out of fewer, with the built programs: deliveries before, producers that go on meanwhile, a mover that is
 * killed in the middle of each part, and a ledger of what came in the end.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { shardOf } from '@hooklane/core';
import { startProcess } from '@hooklane/local';
import { createProducer } from '@hooklane/producer';
import type { Producer } from '@hooklane/producer';
import { connectStore } from '@hooklane/store';
import { eventually, startPrograms, startRedis } from '@hooklane/testkit';
import type { Programs, TestRedis } from '@hooklane/testkit';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MOVER = join(ROOT, 'apps', 'worker', 'dist', 'move-shards.js');
const [BEFORE, AFTER] = [2, 4];
const ACCOUNTS = Array.from({ length: 8 }, (_, i) => `team-${i}`);
const WAIT = { timeoutMs: 60_000 };

/** What each endpoint got: event id → how often. */
const got = new Map<string, Map<string, number>>();
/** Endpoints that answer 503 for now, and say when to come back. */
let isDown = true;
let redis: TestRedis;
let programs: Programs;
let producer: Producer;

const receiver = createServer((request, response) => {
  const path = request.url ?? '';
  const id = String(request.headers['webhook-id']);
  request.resume().once('end', () => {
    if (path.startsWith('/dead/')) return void response.writeHead(500).end();
    if (path.startsWith('/later/') && isDown) {
      return void response.writeHead(503, { 'retry-after': '20' }).end();
    }
    const ids = got.get(path) ?? new Map<string, number>();
    got.set(path, ids.set(id, (ids.get(id) ?? 0) + 1));
    response.end();
  });
});

const env = (shards: number) => ({
  HOOKLANE_SHARDS: String(shards),
  HOOKLANE_RETRY_SCHEDULE: '100ms,200ms',
  HOOKLANE_BREAKER_FAULTS: '0',
  HOOKLANE_GRACE: '5s',
});

beforeAll(async () => {
  redis = await startRedis();
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  programs = await startPrograms({ redisUrl: redis.url, env: env(BEFORE) });
  producer = createProducer({ redis: redis.url, shards: BEFORE });
  for (const account of ACCOUNTS) {
    for (const kind of ['ok', 'dead', 'later']) await addWebhook(account, kind);
  }
}, 60_000);

afterAll(async () => {
  await producer.close();
  await programs.stop();
  receiver.close();
  receiver.closeAllConnections();
  await redis.stop();
}, 30_000);

async function addWebhook(account: string, kind: string): Promise<void> {
  const scope = `/accounts/${account}/applications/${kind}`;
  await programs.call('PUT', scope, { enabled: true });
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/${kind}/${account}`;
  const made = await programs.call('POST', `${scope}/webhooks`, { name: kind, event: 'build.started', url });
  expect(made.status).toBe(201);
}

/** As it is meant: what was not confirmed in time is emitted again with its id. */
function emit(account: string, kind: string, id: string): Promise<unknown> {
  const body = { app_name: kind, build_num: '7', status: 'Queued' };
  return eventually(() => producer.emit({ account, type: 'build.started', body, id }), WAIT);
}

/** `count` events of each account. */
async function emitMany(kind: string, count: number, label: string): Promise<void> {
  const ids = Array.from({ length: count }, (_, i) => `${label}-${kind}-${i}`);
  await Promise.all(ACCOUNTS.flatMap((account) => ids.map((id) => emit(account, kind, `${id}-${account}`))));
}

const arrived = (kind: string): number =>
  ACCOUNTS.reduce((sum, account) => sum + (got.get(`/${kind}/${account}`)?.size ?? 0), 0);

const backlog = async (): Promise<{ waiting: number; deadLetters: number }> => {
  const { body } = await programs.call('GET', '/status');
  const { waiting } = body['backlog'] as { waiting: number };
  return { waiting, deadLetters: Number(body['deadLetters']) };
};

/** Runs the mover; `killAt`: it is killed as soon as it says so. Resolves to its lines. */
async function move(
  killAt: RegExp | null,
  args = ['--to', String(AFTER)],
): Promise<{ code: number | null; lines: string[] }> {
  const lines: string[] = [];
  const seen = Promise.withResolvers<void>();
  const mover = await startProcess({
    name: 'shards',
    args: [MOVER, ...args],
    env: { ...process.env, REDIS_URL: redis.url },
    onLine(line: string) {
      lines.push(line);
      if (killAt?.test(line) === true) seen.resolve();
    },
  });
  if (killAt !== null) {
    await Promise.race([seen.promise, mover.ended]);
    await mover.kill9();
  }
  const { code } = await mover.ended;
  return { code, lines };
}

test('nothing is lost and nothing doubled, whatever stops the move; dead letters, history and what waits come along', async () => {
  await emitMany('ok', 120, 'before');
  await emitMany('dead', 20, 'before');
  await emitMany('later', 15, 'before');
  const owed = ACCOUNTS.length * 15;
  const dead = ACCOUNTS.length * 20;
  await eventually(async () => {
    expect(arrived('ok')).toBe(ACCOUNTS.length * 120);
    expect(await backlog()).toEqual({ waiting: owed, deadLetters: dead });
  }, WAIT);
  const lettersBefore = await letters();
  expect(lettersBefore).toBe(dead);

  // Not stopped by hand: worker and server see that the number changes, and end.
  const running = [...programs.workers, programs.server];
  const emitting = emitMany('ok', 30, 'during');
  expect((await move(/^copying/)).code).toBeNull();
  await Promise.all(running.map((program) => program.ended));
  await emitting;
  await emitMany('ok', 10, 'later-still');
  expect((await move(/^removing/)).code).toBeNull();
  const last = await move(null);
  expect(last.lines.at(-1)).toContain('HOOKLANE_SHARDS=4');
  expect(last.code).toBe(0);
  expect((await move(null)).lines.at(-1)).toBe('Nothing to do.');

  await expectRefusal(BEFORE);
  isDown = false;
  programs = await startPrograms({ redisUrl: redis.url, env: env(AFTER) });
  // The producer still has the old number: workers pass its events on.
  await emitMany('ok', 20, 'after');
  await eventually(() => expect(arrived('ok')).toBe(ACCOUNTS.length * 180), WAIT);
  expect(await letters()).toBe(dead);
  await eventually(() => expect(arrived('later')).toBe(owed), WAIT);
  for (const ids of got.values()) expect([...ids].filter(([, count]) => count !== 1)).toEqual([]);
  await eventually(async () => expect(await backlog()).toEqual({ waiting: 0, deadLetters: dead }), WAIT);
  await expectHistory();
  await expectNothingLeftBehind();
}, 180_000);

/** How many letters the queue `dead-letters` of all shards holds, through the metrics of the server. */
async function letters(): Promise<number> {
  const [server = ''] = programs.scraped;
  const text = await (await fetch(`http://${server}/metrics`)).text();
  return Number(/^hooklane_queue_jobs\{.*queue="dead-letters",state="waiting".*\} (\d+)$/m.exec(text)?.[1]);
}

async function expectRefusal(shards: number): Promise<void> {
  const lines: string[] = [];
  const worker = await startProcess({
    name: 'worker',
    args: [join(ROOT, 'apps', 'worker', 'dist', 'main.js')],
    env: {
      ...process.env,
      ...env(shards),
      REDIS_URL: redis.url,
      PORT: '0',
      HOOKLANE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    },
    onLine: (line: string) => void lines.push(line),
  });
  expect((await worker.ended).code).toBe(1);
  expect(lines.join('\n')).toMatch(/shards_mismatch: HOOKLANE_SHARDS is 2, but Redis keeps 4 shards/);
}

/** All of it can be read, and a letter sent again from where it is now. */
async function expectHistory(): Promise<void> {
  for (const account of ACCOUNTS) {
    const { body } = await programs.call('GET', `/deliveries?account=${account}&application=dead&limit=200`);
    const items = body['items'] as { id: string; status: string; attempts: unknown[] }[];
    expect(items).toHaveLength(20);
    for (const { status, attempts } of items) {
      expect(status).toBe('dead');
      expect(attempts).toHaveLength(3);
    }
  }
  const made = await programs.call('POST', '/dead-letters/redrive', { filter: {} });
  expect(made).toMatchObject({ status: 202, body: { matched: ACCOUNTS.length * 20 } });
  await eventually(async () => {
    const { body } = await programs.call('GET', `/redrives/${String(made.body['id'])}`);
    expect(body).toMatchObject({ state: 'done', done: ACCOUNTS.length * 20 });
  }, WAIT);
}

/** Each event and webhook is on the shard of its account, and nowhere else. */
async function expectNothingLeftBehind(): Promise<void> {
  const seen = new Set<string>();
  const raw = connectStore({ redis: redis.url, role: 'server' });
  const keys = await raw.keys('*:event:*');
  raw.disconnect();
  for (const key of keys) {
    const [, shard, account] = /^\{h(\d+)\}:event:.*-(team-\d)$/.exec(key) ?? [];
    expect([key, Number(shard)]).toEqual([key, shardOf(account ?? '', AFTER)]);
    seen.add(key);
  }
  expect(seen.size).toBe(ACCOUNTS.length * (180 + 20 + 15));
}
