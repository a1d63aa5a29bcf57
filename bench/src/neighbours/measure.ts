/** One run: a private Redis, a real worker, receivers of this process, a steady load. */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, startProcess } from '@hooklane/local';
import { type Producer, createProducer } from '@hooklane/producer';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import type { Store } from '@hooklane/store';
import { startPrivateRedis } from '../private-redis.ts';
import { type Receivers, startReceivers } from './receivers.ts';

/** A load. The first third of it is not counted. */
export interface Load {
  folder: string;
  webhooks: number;
  /** Of the webhooks: accept and never answer. */
  hanging: number;
  /** Of the webhooks: nobody listens. */
  refusing: number;
  /** Events per second over all webhooks, one delivery each. */
  rate: number;
  seconds: number;
}

/** From emit to receipt at the healthy receivers, ms. */
export interface Figures {
  p50: number;
  p99: number;
  received: number;
  /** Of the healthy ones, half a minute after the load. */
  missing: number;
}

const WORKER = fileURLToPath(new URL('../../../apps/worker/dist/main.js', import.meta.url));
const ACCOUNT = 'bench';
const TICK_MS = 10;
const REST_MS = 30_000;

/** Measures. */
export async function measureNeighbours(load: Load): Promise<Figures> {
  await using redis = await startPrivateRedis(load.folder);
  await using receivers = await startReceivers();
  const key = randomBytes(32);
  const store = createStore({
    redis: connectStore({ redis: redis.url, role: 'worker' }),
    secrets: createSecretBox(key),
  });
  const producer = createProducer({ redis: redis.url });
  const worker = await startProcess({
    name: 'worker',
    args: [WORKER],
    env: {
      PATH: process.env['PATH'],
      REDIS_URL: redis.url,
      PORT: '0',
      HOOKLANE_SECRET_KEY: key.toString('base64'),
      HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
      LOG_LEVEL: 'fatal',
    },
    onLine: () => undefined,
  });
  try {
    await addWebhooks(store, load, receivers);
    return await run(load, producer, receivers);
  } finally {
    await worker.stop(2000);
    await producer.close();
    await store.close();
  }
}

async function addWebhooks(store: Store, load: Load, receivers: Receivers): Promise<void> {
  const refused = `http://127.0.0.1:${await freePort()}/`;
  for (let i = 0; i < load.webhooks; i++) {
    const scope = { kind: 'application', name: `app-${i}` } as const;
    const healthy = i >= load.hanging + load.refusing;
    await store.webhooks.setScopeEnabled(ACCOUNT, scope, true);
    await store.webhooks.createWebhook({
      account: ACCOUNT,
      scope,
      event: 'build.finished',
      name: 'hook',
      url: healthy ? receivers.healthyUrl : i < load.hanging ? receivers.hangingUrl : refused,
      secret: 'a shared secret',
      signing: 'standard',
      tokenHeader: '',
      maxInFlight: 32,
      enabled: true,
    });
  }
}

async function run(load: Load, producer: Producer, receivers: Receivers): Promise<Figures> {
  const begun = performance.now();
  const emitted = new Map<string, number>();
  const total = load.rate * load.seconds;
  const isSick = (index: number): boolean => index % load.webhooks < load.hanging + load.refusing;
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * load.rate));
    const batch: Promise<unknown>[] = [];
    for (; sent < due; sent++) {
      const id = `e-${sent}`;
      if (!isSick(sent) && sent >= total / 3) emitted.set(id, performance.now());
      batch.push(producer.emit(eventOf(id, sent % load.webhooks)));
    }
    await Promise.all(batch);
    await pause(TICK_MS);
  }
  const deadline = performance.now() + REST_MS;
  const missing = (): number => [...emitted.keys()].filter((id) => !receivers.arrivals.has(id)).length;
  while (missing() > 0 && performance.now() < deadline) await pause(200);
  const times = [...emitted].flatMap(([id, at]) => {
    const arrived = receivers.arrivals.get(id);
    return arrived === undefined ? [] : [arrived - at];
  });
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), received: times.length, missing: missing() };
}

function eventOf(id: string, application: number) {
  return {
    id,
    account: ACCOUNT,
    type: 'build.finished',
    body: { app_name: `app-${application}`, build_num: id, status: 'Success' },
  } as const;
}
