/** The server that holds a key: what is asked without a key (INFO, TIME, SCAN) would go to any node of a Cluster. */
import { Command, Redis } from 'ioredis';
import type { RedisClient } from './redis-client.ts';

/**
 * The server itself, or the master of a Cluster that has the key at present. Ask anew for each call: it changes. While
 * nobody knows that master the promise waits for the Cluster, as every command does.
 */
export async function nodeOf(client: RedisClient, key: string): Promise<Redis> {
  if (client instanceof Redis) return client;
  const slot = new Command('get', [key]).getSlot() ?? 0;
  const find = (): Redis | undefined => {
    const [name] = client.slots[slot] ?? [];
    return client.nodes('master').find(({ options }) => `${options.host}:${options.port}` === name);
  };
  const known = find();
  if (known !== undefined) return known;
  // A command for the key is led to its master, over the redirections of the Cluster.
  await client.exists(key);
  const found = find();
  if (found === undefined) throw new Error('Connection is closed: the Cluster has no master for this shard.');
  return found;
}
