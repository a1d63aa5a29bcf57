/** The whole way of a webhook that fails: real Redis, real worker, real receivers; only the times are short. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AcceptedEvent } from '@hooklane/core';
import { connectQueues, openWakes } from '@hooklane/queue';
import { createLogger, createMetrics, readSettings } from '@hooklane/runtime';
import { verifyWebhook } from '@hooklane/signature';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import type { Store } from '@hooklane/store';
import { eventually, startReceiver, startRedis } from '@hooklane/testkit';
import type { Receiver, TestRedis } from '@hooklane/testkit';
import { createChatWebhook } from '../fixtures/chat-webhook.ts';
import { type Worker, startWorker } from './worker.ts';

const KEY = Buffer.alloc(32, 3);
const SECRET = 'a secret of the people on call';
const SCOPE = { kind: 'application', name: 'shop' } as const;

let redis: TestRedis;
let receiver: Receiver;
let worker: Worker;
let store: Store;
const lines: Record<string, unknown>[] = [];
const metrics = createMetrics('worker', '0.0.0-test');

beforeAll(async () => {
  [redis, receiver] = await Promise.all([startRedis(), startReceiver()]);
  const settings = readSettings({
    REDIS_URL: redis.url,
    HOOKLANE_DISABLE_AFTER: '3s',
    HOOKLANE_RETRY_SCHEDULE: '300ms,300ms,300ms',
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
    metrics,
    tracing: null,
    onShardsChanged: () => undefined,
  });
  store = createStore({
    redis: connectStore({ redis: redis.url, role: 'worker' }),
    secrets: createSecretBox(KEY),
  });
}, 30_000);
afterAll(async () => {
  await worker.stop();
  await worker.close();
  await store.close();
  await receiver.close();
  await redis.stop();
}, 30_000);

test('It is told of at once and half way, then disabled, in list, log, metrics and at the notification URL, signed; enabled again it is judged anew', async () => {
  await store.notifications.setNotifications('jdoe', { url: receiver.url('/ops'), secret: SECRET });
  const webhook = await createChatWebhook(store, SCOPE, receiver.url('/sick'));
  receiver.answer('/sick', 500);
  // The first message of the people on call fails once, so that it is seen to be retried like any delivery.
  receiver.answer('/ops', 503, 200);
  const queues = connectQueues({ redis: redis.url, role: 'producer' });
  const wakes = openWakes(queues);
  try {
    await eventually(
      async () => {
        await wakes.wake((await store.dispatch([makeEvent()])).wakes);
        expect(await store.webhooks.getWebhook(webhook.id)).toMatchObject({ enabled: false });
      },
      { timeoutMs: 20_000, everyMs: 250 },
    );
  } finally {
    await queues.close();
  }
  expect(await store.webhooks.getWebhook(webhook.id)).toMatchObject({ disabled: { reason: 'failing' } });
  const { items } = await store.notices.findNotices({ webhook: webhook.id }, { cursor: null, limit: 9 });
  const steps = items.toReversed().map(({ kind, streak }) => `${kind} ${streak?.step}`);
  expect(steps).toEqual(['webhook.failing first', 'webhook.failing half', 'webhook.disabled full']);
  expect(items[0]?.message).toMatch(
    /^Webhook chat of application shop is disabled: every try failed for 3s, \d+ tries since .*, the last with status 500\. What it is owed waits: mend the receiver, then enable it\.$/,
  );

  const told = await eventually(
    () => {
      const messages = receiver.requests.filter(({ path }) => path === '/ops');
      expect(new Set(messages.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
      expect(messages).toHaveLength(4);
      return messages;
    },
    { timeoutMs: 10_000 },
  );
  const delivered = told.filter((message) => message !== told[0]);
  const types: string[] = [];
  for (const { headers, body } of delivered) {
    const event = JSON.parse(body) as { type: string; data: Record<string, unknown> };
    types.push(event.type);
    expect(headers['hooklane-event']).toBe(event.type);
    expect(event.data).toMatchObject({ account: 'jdoe', webhook_id: webhook.id, last_status_code: 500 });
    // As the helpers for receivers read it.
    const check = verifyWebhook(headers, Buffer.from(body), [SECRET]);
    expect(check).toMatchObject({ ok: true, type: event.type, event });
  }
  expect(types.toSorted()).toEqual(['webhook.disabled', 'webhook.failing', 'webhook.failing']);
  expect(lines.filter(({ msg }) => msg === 'webhook.disabled')).toMatchObject([
    { account: 'jdoe', reason: 'failing', webhook: { name: 'chat' }, detail: items[0]?.message },
  ]);
  expect(await metrics.text()).toMatch(/hooklane_notices_total\{.*kind="webhook\.disabled".*\} 1/);

  // Mended and enabled: what it is owed goes out, and nothing of the past counts.
  receiver.answer('/sick', 200);
  await store.webhooks.updateWebhook(webhook.id, { enabled: true });
  await eventually(async () => expect((await store.readBacklog()).waiting).toBe(0), { timeoutMs: 20_000 });
  expect(await store.webhooks.getWebhook(webhook.id)).toMatchObject({ enabled: true, disabled: null });
}, 60_000);

function makeEvent(): AcceptedEvent {
  const now = Date.now();
  return {
    id: `evt_${randomBytes(8).toString('hex')}`,
    type: 'build.finished',
    account: 'jdoe',
    scope: SCOPE,
    acceptedAt: now,
    occurredAt: now,
    body: '{}',
  };
}
