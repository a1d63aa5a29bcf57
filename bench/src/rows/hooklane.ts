/** Hooklane itself: the built worker, fed through the published producer. */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { DEFAULT_MAX_IN_FLIGHT } from '@hooklane/core';
import { createProducer } from '@hooklane/producer';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import type { Store } from '@hooklane/store';
import { startPrivateRedis } from '../private-redis.ts';
import {
  ACCOUNT,
  EVENT_TYPE,
  SECRET,
  applicationName,
  eventBodies,
  eventsFor,
  webhookPath,
} from '../workload.ts';
import type { Workload } from '../workload.ts';
import { COSTS, RATE, measureSending } from './measure-sending.ts';
import type { Measured, Row, Setting } from './row.ts';

const WORKER = fileURLToPath(new URL('../../../apps/worker/dist/main.js', import.meta.url));
/** Emitted in the same moment. */
const EVENTS_AT_ONCE = 512;

/** The row of a workload. */
export function hooklane(workload: Workload): Row {
  return {
    name: `hooklane fan-out ${workload.fanOut}`,
    figures: [RATE, ...COSTS],
    comparedWith: ['ceiling', `baseline fan-out ${workload.fanOut}`],
    measure: (setting) => measure(setting, workload),
  };
}

async function measure(setting: Setting, workload: Workload): Promise<Measured> {
  await using redis = await startPrivateRedis(setting.folder);
  setting.onRedis(redis.version);
  const secretKey = randomBytes(32);
  const store = createStore({
    redis: connectStore({ redisUrl: redis.url, role: 'worker' }),
    secrets: createSecretBox(secretKey),
  });
  try {
    const events = eventsFor(workload, setting.deliveries);
    await createWebhooks(store, workload, setting.receiver.origin);
    await emitEvents(redis.url, workload, events);
    return await measureSending(setting, {
      deliveries: events * workload.fanOut,
      senders: [{ name: 'hooklane worker', args: [WORKER], env: workerEnv(redis.url, secretKey) }],
      redis: redis.client,
      pending: () => deliveriesLeft(store),
    });
  } finally {
    await store.close();
  }
}

/** Nothing of our own environment but what Node needs, so that every setting has its default. */
function workerEnv(redisUrl: string, secretKey: Uint8Array): Record<string, string | undefined> {
  return {
    PATH: process.env['PATH'],
    NODE_OPTIONS: process.env['NODE_OPTIONS'],
    REDIS_URL: redisUrl,
    PORT: '0',
    HOOKLANE_SECRET_KEY: Buffer.from(secretKey).toString('base64'),
    HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
    LOG_LEVEL: 'warn',
  };
}

async function createWebhooks(store: Store, workload: Workload, origin: string): Promise<void> {
  for (let application = 0; application < workload.applications; application += 1) {
    const scope = { kind: 'application', name: applicationName(application) } as const;
    const created = Array.from({ length: workload.fanOut }, (_, index) =>
      store.webhooks.createWebhook({
        account: ACCOUNT,
        scope,
        event: EVENT_TYPE,
        name: `webhook ${index}`,
        url: origin + webhookPath(application, index),
        secret: SECRET,
        signing: 'standard',
        tokenHeader: '',
        maxInFlight: DEFAULT_MAX_IN_FLIGHT,
        enabled: true,
      }),
    );
    await Promise.all([store.webhooks.setScopeEnabled(ACCOUNT, scope, true), ...created]);
  }
}

async function emitEvents(redisUrl: string, workload: Workload, events: number): Promise<void> {
  const bodies = eventBodies(workload);
  const producer = createProducer({ redis: redisUrl });
  try {
    for (let from = 0; from < events; from += EVENTS_AT_ONCE) {
      const count = Math.min(EVENTS_AT_ONCE, events - from);
      const emitted = Array.from({ length: count }, (_, index) =>
        producer.emit({
          account: ACCOUNT,
          type: EVENT_TYPE,
          body: bodies[(from + index) % bodies.length] ?? '',
        }),
      );
      await Promise.all(emitted);
    }
  } finally {
    await producer.close();
  }
}

async function deliveriesLeft(store: Store): Promise<number> {
  const { waiting, deadLetters } = await store.readBacklog();
  return waiting + deadLetters;
}
