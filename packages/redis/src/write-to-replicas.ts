/** A write that replicas have as well before it counts: what a failover cannot take back. */
import { nodeOf } from './node-of.ts';
import type { RedisClient } from './redis-client.ts';

/** How many replicas must have a write, and how long they may take, ms. */
export interface ReplicaBound {
  /** 0: it is not asked. */
  replicas: number;
  withinMs: number;
}

/**
 * Writes to the server of a key, and waits until so many replicas have what was written. Rejects when they have not, or
 * when the connection changed meanwhile, for then nobody knows whether they have: the write may stand all the same, and
 * must be one that can be made again. `WAIT` speaks of what its own connection wrote, so nothing less will do.
 */
export async function writeToReplicas<T>(
  client: RedisClient,
  key: string,
  { replicas, withinMs }: ReplicaBound,
  write: () => Promise<T>,
): Promise<T> {
  if (replicas === 0) return write();
  const { stream } = await nodeOf(client, key);
  const answer = await write();
  const node = await nodeOf(client, key);
  const have = await node.wait(replicas, withinMs);
  if (have < replicas) {
    throw new Error(`Too few replicas: ${have} of ${replicas} had the write within ${withinMs} ms`);
  }
  if (stream === undefined || node.stream !== stream) {
    throw new Error('Too few replicas are known to have the write: the connection was made anew');
  }
  return answer;
}
