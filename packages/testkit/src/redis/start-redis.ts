/** A real Redis for a test file, whatever the machine has. */
import { findProgram } from '@hooklane/local';
import { startContainerRedis } from './container-redis.ts';
import { startProcessRedis } from './process-redis.ts';
import type { TestRedis, TestRedisOptions } from './test-redis.ts';

/**
 * Starts an empty Redis of the caller's own: a `redis-server` or `valkey-server` on PATH, else one in a container.
 * `REDIS_URL` is not used: a test empties and kills its Redis. Rejects with a text that says how to install one.
 */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  if (findProgram(['redis-server', 'valkey-server'], process.env['PATH']) !== null) {
    return startProcessRedis(options);
  }
  try {
    return await startContainerRedis(options);
  } catch (cause) {
    const lines = [
      'The tests need a Redis: no redis-server or valkey-server is on PATH, and Docker cannot start one.',
      '  Debian, Ubuntu:  sudo apt-get install redis-server',
      '  macOS:           brew install redis',
    ];
    throw new Error(lines.join('\n'), { cause });
  }
}
