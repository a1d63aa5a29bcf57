/** The Redis of most rows: one server with an append-only file. */
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { Redis } from 'ioredis';

/**
 * `always`: what was acknowledged is on the disk. With `everysec` a server that dies keeps what it wrote as well, but one
 * whose disk is busy may hold writes back for up to 2 s; that second is not what is tested here.
 */
export function startPlainRedis(): Promise<TestRedis> {
  return startRedis({ aof: true, args: ['--appendfsync', 'always'] });
}

/** Does something with a connection of its own. */
export async function withAdmin<T>(port: number, work: (admin: Redis) => Promise<T>): Promise<T> {
  const admin = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 20, commandTimeout: 10_000 });
  admin.on('error', () => undefined);
  try {
    return await work(admin);
  } finally {
    admin.disconnect();
  }
}
