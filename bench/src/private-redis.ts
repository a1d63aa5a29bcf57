/** The Redis of one row: started empty, with an append-only file, thrown away afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findRedis } from '@hooklane/local';
import { Redis } from 'ioredis';

/** A Redis that nobody else uses. */
export interface PrivateRedis extends AsyncDisposable {
  readonly url: string;
  /** For what the benchmark itself asks of it. */
  readonly client: Redis;
  readonly version: string;
}

/** Starts one in a folder of its own below `folder`. `REDIS_URL` is not used: its data would be in danger. */
export async function startPrivateRedis(folder: string): Promise<PrivateRedis> {
  const dataDir = await mkdtemp(join(folder, 'redis-'));
  const redis = await findRedis({ env: { PATH: process.env['PATH'] }, dataDir });
  const client = new Redis(redis.url);
  // What was asked hears of it.
  client.on('error', () => {});
  const version = await prepare(client);
  return {
    url: redis.url,
    client,
    version,
    async [Symbol.asyncDispose]() {
      client.disconnect();
      await redis.kill9();
      await redis.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * The file is not rewritten while it is measured: a backlog that was put in all at once makes it grow as no pipeline
 * does, and the rewriting process would take one of the cores in some rounds and not in others.
 */
async function prepare(client: Redis): Promise<string> {
  await client.config('SET', 'auto-aof-rewrite-percentage', '0');
  const info = await client.info('server');
  return /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown';
}
