/** The one place that makes connections for the store. */
import type { RedisAccess } from '@hooklane/core';
import { explainFailure, openClient, openSibling, readAccess } from '@hooklane/redis';
import type { ClientBounds, RedisClient } from '@hooklane/redis';

/** How to reach Redis. */
export interface StoreConnection {
  /** A URL as `parseRedisUrl` reads it, or that and what it has no place for. */
  redis: string | RedisAccess;
  /**
   * `worker` waits for a lost Redis as long as it takes, for one command of a Cluster half a minute; `server` gives every command one second.
   */
  role: 'worker' | 'server';
  /** Called for every connection error; without it they are swallowed, since commands report them too. */
  onError?: (error: Error) => void;
}

const BOUNDS = {
  // Longer than a silent node, a failover and another silent node: what is not answered then never is.
  worker: { autoPipelining: true, connectMs: 2000, retries: null, clusterCommandMs: 30_000 },
  server: { autoPipelining: true, connectMs: 2000, retries: 1, commandMs: 1000 },
} as const satisfies Record<StoreConnection['role'], ClientBounds>;

/** Connects. Throws `invalid_setting` for a bad address; all other errors show in the commands. */
export function connectStore({ redis, role, onError }: StoreConnection): RedisClient {
  return openClient(readAccess(redis), BOUNDS[role], (client) => {
    for (const event of ['error', 'node error'])
      client.on(event, (error: Error) => onError?.(explainFailure(error)));
  });
}

/** Another connection to the same Redis, for reads that wait up to `blockMs`; a lost Redis is waited for. */
export function connectReader(client: RedisClient, blockMs: number): RedisClient {
  return openSibling(client, { connectMs: 2000, retries: null, commandMs: 2 * blockMs });
}
