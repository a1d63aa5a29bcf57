/** A `redis-server` or `valkey-server` of this machine: started in a tenth of a second, and it can be killed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis } from '@hooklane/local';
import { flushAll } from './send-command.ts';
import { serverArguments } from './test-redis.ts';
import type { TestRedis, TestRedisOptions } from './test-redis.ts';

/** Starts it in a temporary folder of its own. There must be one on PATH. */
export async function startProcessRedis(options: TestRedisOptions): Promise<TestRedis> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hooklane-redis-'));
  // Only PATH: the Redis that REDIS_URL names is somebody's, and tests empty and kill theirs.
  const env = { PATH: process.env['PATH'] };
  const redis = await findRedis({
    env,
    dataDir,
    args: serverArguments(options),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.serverEnv === undefined ? {} : { serverEnv: options.serverEnv }),
  });
  const send = (name: 'SIGSTOP' | 'SIGCONT'): void => {
    if (redis.pid !== undefined) process.kill(redis.pid, name);
  };
  let frozen = false;
  const resume = (): Promise<void> => {
    if (frozen) send('SIGCONT');
    frozen = false;
    return Promise.resolve();
  };
  return {
    kind: 'process',
    url: redis.url,
    port: redis.port,
    stop: async () => {
      await resume();
      await redis.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
    kill9: async () => {
      frozen = false;
      await redis.kill9();
    },
    restart: async () => {
      await resume();
      await redis.restart();
    },
    pause: () => {
      send('SIGSTOP');
      frozen = true;
      return Promise.resolve();
    },
    resume,
    flush: () => flushAll(redis.port),
  };
}
