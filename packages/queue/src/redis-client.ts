/** The clients under BullMQ: how long each waits, and that none of them ever speaks to the console. */
import { openClient } from '@hooklane/redis';
import type { ClientBounds, ReadAccess, RedisClient } from '@hooklane/redis';

/**
 * `fail-fast`: of a producer; a command fails within 0.85 s. `patient`: of a worker that writes; within 5 s, so that
 * a restart of Redis is waited out. `reader`: under BullMQ's workers; waits for ever, as they need it.
 */
export type ClientTemper = 'fail-fast' | 'patient' | 'reader';

/**
 * `socketMs` drops a connection on which commands stay unanswered (a stopped Redis, a lost route); without it,
 * timed-out commands pile up in the socket. It must be longer than BullMQ's longest blocking read, 10 s. `retries`
 * empties the queue of a connection that cannot be made.
 */
const TEMPERS = {
  'fail-fast': { retries: 1, commandMs: 850, connectMs: 2000, socketMs: 2000 },
  patient: { retries: 10, commandMs: 5000, connectMs: 5000, socketMs: 10_000 },
  reader: { retries: null, connectMs: 10_000, socketMs: 20_000 },
} as const satisfies Record<ClientTemper, ClientBounds>;

/** Opens a client. `onClient` is called for it and for every duplicate that BullMQ makes of it. */
export function openQueueClient(
  access: ReadAccess,
  temper: ClientTemper,
  onClient: (client: RedisClient) => void,
): RedisClient {
  return openClient(access, TEMPERS[temper], (client) => {
    onClient(client);
    hideEvictionPolicy(client);
  });
}

/**
 * BullMQ asks each connection for INFO and warns on the console when the eviction policy is not `noeviction`.
 * Whether this Redis is suitable is checked once, at boot, by the store. (`skipVersionCheck` is no way out: without
 * the version, BullMQ rounds the time of delayed jobs up to whole seconds.)
 */
function hideEvictionPolicy(client: RedisClient): void {
  const info = client.info.bind(client) as (...args: unknown[]) => Promise<string>;
  client.info = async (...args: unknown[]) => {
    // ioredis itself asks with a callback.
    if (args.length > 0) return info(...args);
    return (await info()).replace(/^maxmemory_policy:.*$/m, 'maxmemory_policy:noeviction');
  };
}
