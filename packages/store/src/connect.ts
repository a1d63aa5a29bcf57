/** The one place that makes connections for the store. */
import { Redis } from 'ioredis';

/** How to reach Redis. */
export interface StoreConnection {
  /** `redis://` or `rediss://`, with user, password and database as usual. */
  redisUrl: string;
  /**
   * `worker` waits for a lost Redis as long as it takes; `server` gives every command one second.
   */
  role: 'worker' | 'server';
  /** Called for every connection error; without it they are swallowed, since commands report them too. */
  onError?: (error: Error) => void;
}

const RECONNECT_CAP_MS = 1000;

/** Connects. Never throws: errors show in the commands. */
export function connectStore(connection: StoreConnection): Redis {
  const redis = new Redis(connection.redisUrl, {
    enableAutoPipelining: true,
    connectTimeout: 2000,
    retryStrategy: (tries) => Math.min(100 * tries, RECONNECT_CAP_MS),
    ...(connection.role === 'worker'
      ? { maxRetriesPerRequest: null }
      : { maxRetriesPerRequest: 1, commandTimeout: 1000 }),
  });
  redis.on('error', (error: Error) => connection.onError?.(error));
  return redis;
}
