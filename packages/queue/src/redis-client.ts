/** The ioredis clients under BullMQ: how long each waits, and that none of them ever speaks to the console. */
import { HooklaneError } from '@hooklane/core';
import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

/**
 * `fail-fast`: of a producer; a command fails within 0.85 s. `patient`: of a worker that writes; within 5 s, so that
 * a restart of Redis is waited out. `reader`: under BullMQ's workers; waits for ever, as they need it.
 */
export type ClientTemper = 'fail-fast' | 'patient' | 'reader';

/**
 * `socketTimeout` drops a connection on which commands stay unanswered (a stopped Redis, a lost route); without
 * it, timed-out commands pile up in the socket. It must be longer than BullMQ's longest blocking read, 10 s.
 * `maxRetriesPerRequest` empties the queue of a connection that cannot be made.
 */
const TEMPERS = {
  'fail-fast': { maxRetriesPerRequest: 1, commandTimeout: 850, connectTimeout: 2000, socketTimeout: 2000 },
  patient: { maxRetriesPerRequest: 10, commandTimeout: 5000, connectTimeout: 5000, socketTimeout: 10_000 },
  reader: { maxRetriesPerRequest: null, connectTimeout: 10_000, socketTimeout: 20_000 },
} as const satisfies Record<ClientTemper, RedisOptions>;

const LONGEST_RECONNECT_MS = 1000;

/** How long ioredis waits for the other end when it hangs up, ms. */
export const DISCONNECT_MS = 100;

/** Opens a client. `onClient` is called for it and for every duplicate that BullMQ makes of it. */
export function openClient(url: string, temper: ClientTemper, onClient: (client: Redis) => void): Redis {
  const client = new Redis(url, {
    ...TEMPERS[temper],
    disconnectTimeout: DISCONNECT_MS,
    retryStrategy: (times) => Math.min(100 * times, LONGEST_RECONNECT_MS),
    // After a failover the old master refuses writes: connect again, and send the command again.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  });
  return prepare(client, onClient);
}

function prepare(client: Redis, onClient: (client: Redis) => void): Redis {
  onClient(client);
  const duplicate = client.duplicate.bind(client);
  client.duplicate = (override) => prepare(duplicate(override), onClient);
  hideEvictionPolicy(client);
  return client;
}

/**
 * BullMQ asks each connection for INFO and warns on the console when the eviction policy is not `noeviction`.
 * Whether this Redis is suitable is checked once, at boot, by the store. (`skipVersionCheck` is no way out: without
 * the version, BullMQ rounds the time of delayed jobs up to whole seconds.)
 */
function hideEvictionPolicy(client: Redis): void {
  const info = client.info.bind(client) as (...args: unknown[]) => Promise<string>;
  client.info = async (...args: unknown[]) => {
    // ioredis itself asks with a callback.
    if (args.length > 0) return info(...args);
    return (await info()).replace(/^maxmemory_policy:.*$/m, 'maxmemory_policy:noeviction');
  };
}

/** `host:port` of a Redis URL, for messages: never its password. Throws `invalid_setting`. */
export function redisAddress(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:')) {
    throw new HooklaneError('invalid_setting', {
      field: 'redisUrl',
      detail:
        'The address of Redis must be a URL such as redis://127.0.0.1:6379 or rediss://user:password@host:6380/0.',
    });
  }
  return `${parsed.hostname || '127.0.0.1'}:${parsed.port || '6379'}`;
}
