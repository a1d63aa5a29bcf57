/** The ports of the server on a real Redis. */
import { lapseMs } from '@hooklane/core';
import { createProducer } from '@hooklane/producer';
import { closeIntake, connectQueues, openWakes, readDepths } from '@hooklane/queue';
import type { Backlog, Settings } from '@hooklane/runtime';
import { type RedisCall, connectStore, createSecretBox, createStore, memorySentence } from '@hooklane/store';
import { createUrlCheck } from '@hooklane/transport';
import type { Ports } from './ports.ts';

/** What a connection needs. */
export interface ConnectOptions {
  settings: Pick<
    Settings,
    'redisUrl' | 'allowedNetworks' | 'retentionMs' | 'requestTimeoutMs' | 'retryPolicy'
  > &
    Partial<Pick<Settings, 'allowedPorts' | 'auditRetentionMs' | 'otherSecretKeys' | 'redisBudgetBytes'>>;
  /** 32 bytes. */
  secretKey: Uint8Array;
  /** Called for every connection error. */
  onError: (error: Error) => void;
  /** Called for every call of Redis, for metrics. */
  onCall?: (call: RedisCall) => void;
}

/** Ports with open connections. */
export interface ConnectedPorts {
  ports: Ports;
  /** What a scrape shows of Redis. */
  readGauges(): Promise<Backlog>;
  /** Waits for events on their way, then disconnects. */
  close(): Promise<void>;
}

/** Counting lanes costs Redis up to a few ms; all programs that are scraped share one count of this age. */
const GAUGES_MAX_AGE_MS = 5000;

/** Connects in the background: a Redis that is away makes calls fail, not this. Throws `invalid_setting`. */
export function connectPorts({ settings, secretKey, onError, onCall }: ConnectOptions): ConnectedPorts {
  const { redisUrl } = settings;
  const checkUrl = createUrlCheck(settings);
  const store = createStore({
    redis: connectStore({ redisUrl, role: 'server', onError }),
    secrets: createSecretBox(
      secretKey,
      settings.otherSecretKeys?.map((text) => Buffer.from(text, 'base64')),
    ),
    retentionMs: settings.retentionMs,
    ...(settings.auditRetentionMs === undefined ? {} : { auditRetentionMs: settings.auditRetentionMs }),
    requestTimeoutMs: settings.requestTimeoutMs,
    lapseMs: lapseMs(settings.retryPolicy),
    budgetBytes: settings.redisBudgetBytes ?? 0,
    ...(onCall ? { onCall } : {}),
  });
  const queues = connectQueues({ redisUrl, role: 'producer', onError });
  const endWatch = store.watchMemory({
    onChange: () => undefined,
    onRefuse: (report) => closeIntake(queues, memorySentence(report) ?? ''),
  });
  const producer = createProducer({ redis: redisUrl, keepOrder: true });
  return {
    ports: {
      webhooks: store.webhooks,
      deliveries: store.deliveries,
      redrives: store.redrives,
      events: producer,
      wakes: openWakes(queues),
      health: store,
      operations: store.operations,
      sessions: store.sessions,
      tokens: store.tokens,
      changes: store.changes,
      audit: store.audit,
      notices: store.notices,
      notifications: store.notifications,
      checks: {
        readEventQueue: async () => (await readDepths(queues)).events,
        checkSecretKey: () => store.checkSecretKey(),
        rekeyStep: (cursor) => store.rekeyStep(cursor),
      },
      checkUrl,
    },
    async readGauges() {
      const [backlog, depths, redis] = await Promise.all([
        store.readBacklog(GAUGES_MAX_AGE_MS),
        readDepths(queues),
        store.operations.reportRedis(),
      ]);
      return { ...backlog, queues: depths, redis };
    },
    async close() {
      endWatch();
      await producer.close();
      await Promise.all([queues.close(), store.close()]);
    },
  };
}
