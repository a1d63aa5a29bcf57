/** The ports of the server on a real Redis. */
import { lapseMs } from '@hooklane/core';
import { createProducer } from '@hooklane/producer';
import { connectQueues, openWakes, readDepths } from '@hooklane/queue';
import type { Settings } from '@hooklane/runtime';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import { createUrlCheck } from '@hooklane/transport';
import type { Ports } from './ports.ts';

/** What a connection needs. */
export interface ConnectOptions {
  settings: Pick<
    Settings,
    'redisUrl' | 'allowedNetworks' | 'retentionMs' | 'requestTimeoutMs' | 'retryPolicy'
  > &
    Partial<Pick<Settings, 'allowedPorts'>>;
  /** 32 bytes. */
  secretKey: Uint8Array;
  /** Called for every connection error. */
  onError: (error: Error) => void;
}

/** Ports with open connections. */
export interface ConnectedPorts {
  ports: Ports;
  /** Waits for events on their way, then disconnects. */
  close(): Promise<void>;
}

/** Connects in the background: a Redis that is away makes calls fail, not this. Throws `invalid_setting`. */
export function connectPorts({ settings, secretKey, onError }: ConnectOptions): ConnectedPorts {
  const { redisUrl } = settings;
  const checkUrl = createUrlCheck(settings);
  const store = createStore({
    redis: connectStore({ redisUrl, role: 'server', onError }),
    secrets: createSecretBox(secretKey),
    retentionMs: settings.retentionMs,
    requestTimeoutMs: settings.requestTimeoutMs,
    lapseMs: lapseMs(settings.retryPolicy),
  });
  const queues = connectQueues({ redisUrl, role: 'producer', onError });
  const producer = createProducer({ redis: redisUrl });
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
      checks: {
        readEventQueue: async () => (await readDepths(queues)).events,
        checkSecretKey: () => store.checkSecretKey(),
      },
      checkUrl,
    },
    async close() {
      await producer.close();
      await Promise.all([queues.close(), store.close()]);
    },
  };
}
