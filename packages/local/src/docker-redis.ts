/** A Redis in a container of our own, for a machine that has Docker and no Redis. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { HooklaneError } from '@hooklane/core';
import type { FolderClaim } from './folder-claim.ts';
import { READY_TIMEOUT_MS, REDIS_ARGUMENTS } from './local-redis.ts';
import type { LocalRedis, OwnRedisOptions } from './local-redis.ts';
import { probeRedis } from './probe-redis.ts';
import { isContainerRunning, stopContainer } from './recorded-server.ts';
import { waitUntil } from './wait-until.ts';

const run = promisify(execFile);

/** The image of a Redis in Docker. */
export const REDIS_IMAGE = 'redis:8-alpine';

/** The first run downloads the image, ms. */
const RUN_TIMEOUT_MS = 5 * 60_000;

/** Whether the Docker command reaches its daemon. */
export async function isDockerUp(docker: string): Promise<boolean> {
  const version = ['version', '--format', '{{.Server.Version}}'];
  return run(docker, version, { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

/** Starts the container and waits until its Redis answers. Rejects with `redis_unavailable`. */
export async function startDockerRedis(options: OwnRedisOptions, claim: FolderClaim): Promise<LocalRedis> {
  const { program, port, dir } = options;
  const container = `hooklane-redis-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await claim.record({ kind: 'docker', program, container });
  const start = (): Promise<void> => startContainer(options, container);
  await stopContainer(program, container);
  await start();
  return {
    kind: 'docker',
    url: `redis://127.0.0.1:${port}`,
    port,
    dir,
    stop: async () => {
      await stopContainer(program, container);
      await claim.release();
    },
    kill9: async () => {
      await run(program, ['kill', container], { timeout: 20_000 });
      await waitUntil(async () => !(await isContainerRunning(program, container)), { timeoutMs: 10_000 });
    },
    restart: async () => {
      await stopContainer(program, container);
      await start();
    },
  };
}

async function startContainer(options: OwnRedisOptions, container: string): Promise<void> {
  const { program, port, dir } = options;
  const asUs =
    process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.() ?? 0}`];
  const where = ['--name', container, '-p', `127.0.0.1:${port}:6379`, '-v', `${dir}:/data`];
  const command = ['redis-server', '--dir', '/data', ...REDIS_ARGUMENTS, ...options.args];
  const all = ['run', '--rm', '--detach', ...asUs, ...where, REDIS_IMAGE, ...command];
  try {
    await run(program, all, { timeout: RUN_TIMEOUT_MS });
  } catch (error) {
    throw failed(`docker run failed: ${String(error)}`, error);
  }
  const isReady = async (): Promise<boolean> =>
    (await probeRedis(`redis://127.0.0.1:${port}`)).state === 'ready';
  if (await waitUntil(isReady, { timeoutMs: READY_TIMEOUT_MS, everyMs: 100 })) return;
  await stopContainer(program, container);
  throw failed(`it was not ready within ${READY_TIMEOUT_MS} ms`);
}

function failed(why: string, cause?: unknown): HooklaneError {
  return new HooklaneError('redis_unavailable', { detail: `Redis in Docker cannot be used: ${why}`, cause });
}
