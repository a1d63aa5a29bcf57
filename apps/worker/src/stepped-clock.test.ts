/** A worker whose Redis has its clock turned back: what is due later must not wait for the time to come again. */
import { afterEach, expect, test } from '@jest/globals';
import { connectQueues, openWakes } from '@hooklane/queue';
import { createLogger, createMetrics, readSettings } from '@hooklane/runtime';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import { eventually, startReceiver, startSteppedRedis, whyNoSteps } from '@hooklane/testkit';
import { createChatWebhook } from '../fixtures/chat-webhook.ts';
import { startWorker } from './worker.ts';

const KEY = Buffer.alloc(32, 5);
const SCOPE = { kind: 'application', name: 'shop' } as const;
const HOUR_MS = 3_600_000;

const missing = await whyNoSteps();
// Without the library it is counted as skipped, with the reason in the name.
const when = missing === null ? test : test.skip;
const unless = missing === null ? '' : ` (skipped: ${missing})`;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
}, 30_000);

async function begin() {
  const redis = await startSteppedRedis();
  ends.push(() => redis.stop());
  const receiver = await startReceiver();
  ends.push(() => receiver.close());
  const lines: string[] = [];
  const worker = await startWorker({
    settings: readSettings({
      REDIS_URL: redis.url,
      HOOKLANE_RETRY_SCHEDULE: '8s',
      HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
      HOOKLANE_GRACE: '1s',
    }),
    secretKey: KEY,
    logger: createLogger({
      name: 'worker',
      level: 'warn',
      destination: { write: (line) => void lines.push(line) },
    }),
    metrics: createMetrics('worker', '0.0.0-test'),
    tracing: null,
    onShardsChanged: () => undefined,
  });
  ends.push(async () => {
    await worker.stop();
    await worker.close();
  });
  const store = createStore({
    redis: connectStore({ redis: redis.url, role: 'worker' }),
    secrets: createSecretBox(KEY),
  });
  ends.push(() => store.close());
  const queues = connectQueues({ redis: redis.url, role: 'producer' });
  ends.push(() => queues.close());
  return { redis, receiver, lines, store, wakes: openWakes(queues) };
}

when(
  `A retry that is due in seconds comes in seconds after Redis's clock went back by an hour, and the log says so${unless}`,
  async () => {
    const { redis, receiver, lines, store, wakes } = await begin();
    await createChatWebhook(store, SCOPE, receiver.url('/hook'));
    receiver.answer('/hook', 500, 200);
    const now = Date.now();
    const event = { id: 'evt_1', type: 'build.finished', account: 'jdoe', scope: SCOPE, body: '{}' } as const;
    const { wakes: woken } = await store.dispatch([{ ...event, acceptedAt: now, occurredAt: now }]);
    await wakes.wake(woken);
    await eventually(() => expect(receiver.received).toBe(1), { timeoutMs: 20_000 });
    await redis.stepClock(-HOUR_MS);
    await eventually(() => expect(receiver.received).toBe(2), { timeoutMs: 60_000 });
    await eventually(async () => expect((await store.readBacklog()).waiting).toBe(0), { timeoutMs: 20_000 });
    expect(lines.join('')).toContain("Redis's clock went back");
  },
  150_000,
);
