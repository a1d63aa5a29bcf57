/** What every row needs that measures Hooklane: a private Redis, webhooks, and the built worker. */
import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { DEFAULT_MAX_IN_FLIGHT, HooklaneError } from '@hooklane/core';
import type { ProcessSpec } from '@hooklane/local';
import { createProducer } from '@hooklane/producer';
import type { Producer } from '@hooklane/producer';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import type { Store } from '@hooklane/store';
import { startPrivateRedis } from '../private-redis.ts';
import type { PrivateRedis } from '../private-redis.ts';
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
import type { Setting } from './row.ts';

const WORKER = fileURLToPath(new URL('../../../apps/worker/dist/main.js', import.meta.url));
/** Emitted in the same moment: so many events, and so many bytes of them, that Redis confirms them in time on a busy machine. */
const EVENTS_AT_ONCE = 512;
const BYTES_AT_ONCE = 2 * 2 ** 20;
/** An event that was not confirmed is emitted again with its id, as the producer's documentation asks for. */
const TRIES = 5;
/** Applications whose webhooks are created in the same moment. */
const APPLICATIONS_AT_ONCE = 20;

/** A Redis with a store, and what the programs are started with. */
export interface World extends AsyncDisposable {
  redis: PrivateRedis;
  store: Store;
  /** Settings of every program; nothing of our own environment but what Node needs, so that the others have their defaults. */
  env: Readonly<Record<string, string | undefined>>;
  /** One worker. `settings`: those that shall not have their defaults. */
  worker(settings?: Readonly<Record<string, string>>): Omit<ProcessSpec, 'onLine'>;
}

/** Starts the Redis of a row. */
export async function openWorld(setting: Pick<Setting, 'folder' | 'receiver' | 'onRedis'>): Promise<World> {
  const redis = await startPrivateRedis(setting.folder);
  setting.onRedis(redis.version);
  const secretKey = randomBytes(32);
  const store = createStore({
    redis: connectStore({ redis: redis.url, role: 'worker' }),
    secrets: createSecretBox(secretKey),
  });
  const env = {
    PATH: process.env['PATH'],
    NODE_OPTIONS: process.env['NODE_OPTIONS'],
    ...(setting.receiver.caFile === null ? {} : { NODE_EXTRA_CA_CERTS: setting.receiver.caFile }),
    REDIS_URL: redis.url,
    PORT: '0',
    HOOKLANE_SECRET_KEY: secretKey.toString('base64'),
    HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
    LOG_LEVEL: 'warn',
  };
  return {
    redis,
    store,
    env,
    worker: (settings) => ({ name: 'hooklane worker', args: [WORKER], env: { ...env, ...settings } }),
    async [Symbol.asyncDispose]() {
      await store.close();
      await redis[Symbol.asyncDispose]();
    },
  };
}

/** All webhooks of a workload. `origin`: of all receivers, or of each. */
export async function createWebhooks(
  store: Store,
  workload: Workload,
  origin: string | ((application: number, webhook: number) => string),
): Promise<void> {
  const { maxInFlight } = workload;
  const originOf = typeof origin === 'string' ? () => origin : origin;
  const indexes = Array.from({ length: workload.applications }, (_, application) => application);
  for (let from = 0; from < indexes.length; from += APPLICATIONS_AT_ONCE) {
    const some = indexes.slice(from, from + APPLICATIONS_AT_ONCE);
    await Promise.all(
      some.map(async (application) => {
        const name = applicationName(application);
        const created = Array.from({ length: workload.fanOut }, (_, index) =>
          createWebhook(store, name, {
            index,
            url: originOf(application, index) + webhookPath(application, index),
            ...(maxInFlight === undefined ? {} : { maxInFlight }),
          }),
        );
        await Promise.all([...created, enable(store, name)]);
      }),
    );
  }
}

/** Turns an application on. */
export function enable(store: Store, application: string): Promise<unknown> {
  return store.webhooks.setScopeEnabled(ACCOUNT, { kind: 'application', name: application }, true);
}

/** One webhook of an application that may have none yet. */
export async function createWebhook(
  store: Store,
  application: string,
  { index, url, maxInFlight = DEFAULT_MAX_IN_FLIGHT }: { index: number; url: string; maxInFlight?: number },
): Promise<void> {
  await store.webhooks.createWebhook({
    account: ACCOUNT,
    scope: { kind: 'application', name: application },
    event: EVENT_TYPE,
    name: `webhook ${index}`,
    url,
    secret: SECRET,
    signing: 'standard',
    tokenHeader: '',
    maxInFlight,
    enabled: true,
  });
}

/** Emits so many events, to the applications in turn. */
export async function emitEvents(redisUrl: string, bodies: readonly string[], events: number): Promise<void> {
  const producer = createProducer({ redis: redisUrl });
  try {
    await emitWith(producer, bodies, { first: 0, events });
  } finally {
    await producer.close();
  }
}

/** Emits as many events as make so many deliveries, or a few more; resolves to how many those are. */
export async function fill(redisUrl: string, workload: Workload, deliveries: number): Promise<number> {
  const events = eventsFor(workload, deliveries);
  await emitEvents(redisUrl, eventBodies(workload), events);
  return events * workload.fanOut;
}

/** {@link emitEvents} with a producer that is there already; `first`: whose turn it is. */
export async function emitWith(
  producer: Producer,
  bodies: readonly string[],
  { first, events }: { first: number; events: number },
): Promise<void> {
  const size = bodies[0]?.length ?? 1;
  const atOnce = Math.max(1, Math.min(EVENTS_AT_ONCE, Math.floor(BYTES_AT_ONCE / size)));
  const run = randomUUID();
  for (let from = 0; from < events; from += atOnce) {
    const count = Math.min(atOnce, events - from);
    const emitted = Array.from({ length: count }, (_, index) => {
      const body = bodies[(first + from + index) % bodies.length] ?? '';
      return emitSafely(producer, {
        id: `${run}-${from + index}`,
        account: ACCOUNT,
        type: EVENT_TYPE,
        body,
      });
    });
    await Promise.all(emitted);
  }
}

async function emitSafely(producer: Producer, event: Parameters<Producer['emit']>[0]): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await producer.emit(event);
      return;
    } catch (error) {
      const isPassing = error instanceof HooklaneError && error.code === 'redis_unavailable';
      if (!isPassing || tries === TRIES) throw error;
    }
  }
}

/** What still waits, and what was given up on. */
export async function deliveriesLeft(store: Store): Promise<number> {
  const { waiting, deadLetters } = await store.readBacklog();
  return waiting + deadLetters;
}
