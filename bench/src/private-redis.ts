/** The Redis of one row: started empty, with an append-only file, thrown away afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findRedis } from '@hooklane/local';
import { Redis } from 'ioredis';

/** A Redis that nobody else uses. */
export interface PrivateRedis extends AsyncDisposable {
  readonly url: string;
  readonly version: string;
}

/** Starts one in a folder of its own below `folder`. `REDIS_URL` is not used: its data would be in danger. */
export async function startPrivateRedis(folder: string): Promise<PrivateRedis> {
  const dataDir = await mkdtemp(join(folder, 'redis-'));
  const redis = await findRedis({ env: { PATH: process.env['PATH'] }, dataDir });
  const version = await prepare(redis.url);
  return {
    url: redis.url,
    version,
    async [Symbol.asyncDispose]() {
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
async function prepare(url: string): Promise<string> {
  const client = new Redis(url);
  try {
    await client.config('SET', 'auto-aof-rewrite-percentage', '0');
    const info = await client.info('server');
    return /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown';
  } finally {
    client.disconnect();
  }
}
