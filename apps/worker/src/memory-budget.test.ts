/** A real Redis that is filled to the bounds of its budget, a real worker, a real producer. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createProducer } from '@hooklane/producer';
import { createLogger, createMetrics, readSettings } from '@hooklane/runtime';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import type { Store } from '@hooklane/store';
import { eventually, startReceiver, startRedis } from '@hooklane/testkit';
import type { Receiver, TestRedis } from '@hooklane/testkit';
import { createChatWebhook } from '../fixtures/chat-webhook.ts';
import { type Worker, startWorker } from './worker.ts';

const KEY = Buffer.alloc(32, 3);
const SCOPE = { kind: 'application', name: 'shop' } as const;
const MIB = 2 ** 20;
const BUDGET_MIB = 64;
const PIECE = 256 * 1024;

let redis: TestRedis;
let receiver: Receiver;
let worker: Worker;
let store: Store;
let dir: string;
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  [redis, receiver] = await Promise.all([startRedis(), startReceiver()]);
  dir = await mkdtemp(join(tmpdir(), 'hooklane-memory-'));
  const settings = readSettings({
    REDIS_URL: redis.url,
    HOOKLANE_REDIS_BUDGET: `${BUDGET_MIB}MiB`,
    HOOKLANE_RETRY_SCHEDULE: '1h',
    HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
    HOOKLANE_GRACE: '1s',
  });
  const logger = createLogger({
    name: 'worker',
    level: 'info',
    destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  worker = await startWorker({
    settings,
    secretKey: KEY,
    logger,
    metrics: createMetrics('worker', 'test'),
    tracing: null,
    onShardsChanged: () => undefined,
  });
  store = createStore({
    redis: connectStore({ redis: redis.url, role: 'worker' }),
    secrets: createSecretBox(KEY),
  });
  await createChatWebhook(store, SCOPE, receiver.url('/hook'));
}, 30_000);
afterAll(async () => {
  await worker.stop();
  await worker.close();
  await store.close();
  await receiver.close();
  await redis.stop();
  await rm(dir, { recursive: true, force: true });
}, 30_000);

/** Fills Redis with foreign data up to this share of the budget, as it counts itself. */
async function fillTo(share: number): Promise<void> {
  const raw = connectStore({ redis: redis.url, role: 'worker' });
  const old = await raw.keys('padding:*');
  for (const key of old) await raw.del(key);
  const used = async () => Number(/^used_memory:(\d+)/m.exec(await raw.info('memory'))?.[1]);
  for (let i = 0; (await used()) < share * BUDGET_MIB * MIB; i++) {
    await raw.set(`padding:${i}`, 'x'.repeat(PIECE));
  }
  await raw.quit();
}

const changes = (): unknown[] =>
  lines.filter(({ budgetBytes }) => budgetBytes !== undefined).map(({ level, msg }) => msg ?? level);
const NEXT = { timeoutMs: 15_000 };

const event = (number: number) => ({
  account: 'jdoe',
  type: 'build.finished' as const,
  id: `build-${number}`,
  body: { app_name: 'shop', build_num: String(number), status: 'Success' },
});

test('At 80 % answers are shed, at 90 % new events are refused or spooled, nothing accepted is lost, and it recovers by itself', async () => {
  const producer = createProducer({ redis: redis.url });
  const spooling = createProducer({ redis: redis.url, spool: { dir } });
  const lastAttempt = async (number: number) => {
    const found = (await store.deliveries.getEvent(`build-${number}`))?.deliveries[0];
    const attempts = (await store.deliveries.getDelivery(found?.id ?? ''))?.attempts;
    expect(attempts).toHaveLength(1);
    return attempts![0]!;
  };
  try {
    receiver.answer('/hook', { status: 500, body: 'what the receiver said' });
    await producer.emit(event(1));
    const kept = await eventually(() => lastAttempt(1), NEXT);
    expect(kept.response).toMatchObject({ body: 'what the receiver said', truncated: false });

    await fillTo(0.82);
    await eventually(() => expect(changes().at(-1)).toMatch(/answers of receivers are not kept/), NEXT);
    await producer.emit(event(2));
    const shed = await eventually(() => lastAttempt(2), NEXT);
    expect(shed).toMatchObject({ statusCode: 500, outcome: 'rejected', fault: 'receiver' });
    expect(shed.response).toEqual({ headers: {}, body: '', truncated: true });

    receiver.answer('/hook', { status: 200, delayMs: 3000 }, 200);
    await producer.emit(event(3));
    await fillTo(0.92);
    await eventually(() => expect(changes().at(-1)).toMatch(/new events are refused until/), NEXT);
    await eventually(
      () => expect(producer.emit(event(4))).rejects.toMatchObject({ code: 'redis_full', status: 503 }),
      { ...NEXT, everyMs: 200 },
    );
    expect(await worker.ready()).toMatchObject({
      ok: true,
      problems: [expect.stringMatching(/new events are refused/)],
    });
    await eventually(async () => expect(await spooling.emit(event(5))).toMatchObject({ spooled: true }), {
      ...NEXT,
      everyMs: 200,
    });
    // What was accepted before goes on.
    await eventually(async () => {
      const deliveries = (await store.deliveries.getEvent('build-3'))?.deliveries;
      expect(deliveries).toMatchObject([{ status: 'delivered' }]);
    }, NEXT);

    await fillTo(0.5);
    await eventually(() => expect(changes().at(-1)).toBe('Redis has room again'), NEXT);
    await eventually(
      async () => {
        const deliveries = (await store.deliveries.getEvent('build-5'))?.deliveries;
        expect(deliveries).toMatchObject([{ status: 'delivered' }]);
      },
      { timeoutMs: 20_000 },
    );
    await eventually(() => producer.emit(event(4)), { ...NEXT, everyMs: 200 });
  } finally {
    await Promise.all([producer.close(), spooling.close()]);
  }
}, 120_000);
