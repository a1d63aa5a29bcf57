/** The Redis for `start`, `demo`, `bench` and tests: DESIGN section 4 "Commands at the root". */
import { join, resolve } from 'node:path';
import { HooklaneError, parseRedisUrl } from '@hooklane/core';
import { REDIS_IMAGE, isDockerUp, startDockerRedis } from './docker-redis.ts';
import { findProgram } from './find-program.ts';
import { claimFolder } from './folder-claim.ts';
import type { FolderClaim } from './folder-claim.ts';
import { freePort } from './free-port.ts';
import type { LocalRedis, OwnRedisOptions } from './local-redis.ts';
import { isPortTaken, startPrivateRedis } from './private-redis.ts';
import { probeRedis } from './probe-redis.ts';
import type { RedisProbe } from './probe-redis.ts';
import { waitUntil } from './wait-until.ts';

/** What to look for. */
export interface FindRedisOptions {
  /** `REDIS_URL` and `PATH` are read from it. */
  env: Readonly<Record<string, string | undefined>>;
  /** A Redis of our own keeps its data in a folder below it. */
  dataDir: string;
  /** For a Redis of our own, on 127.0.0.1; any free one when missing. */
  port?: number;
  /** More arguments for a Redis of our own; they win over ours. None when missing. */
  args?: readonly string[];
  /** More environment for a server of our own (not in Docker). None when missing. */
  serverEnv?: Readonly<Record<string, string>>;
  /** Told when something takes long. */
  onProgress?: (message: string) => void;
  /** Told when a Redis of our own ends by itself (not in Docker). */
  onDeath?: (message: string) => void;
}

/** A given Redis may still be loading its data. */
const GIVEN_TIMEOUT_MS = 5000;

/** Another program can take a free port before our server does. */
const PORT_TRIES = 4;

/**
 * A Redis that answers: the one of `REDIS_URL`; else a `redis-server` or `valkey-server` on PATH, started privately; else
 * one in Docker. Rejects with `redis_unavailable`: the text says what was tried and how to install one.
 */
export async function findRedis(options: FindRedisOptions): Promise<LocalRedis> {
  const { env } = options;
  if (env['REDIS_URL'] !== undefined && env['REDIS_URL'] !== '') return useGiven(env['REDIS_URL'], env);
  const server = findProgram(['redis-server', 'valkey-server'], env['PATH']);
  if (server !== null) {
    return startOwn(options, { program: server, folder: 'redis', start: startPrivateRedis });
  }
  const docker = findProgram(['docker'], env['PATH']);
  if (docker !== null && (await isDockerUp(docker))) {
    options.onProgress?.(`Starting Redis in Docker (${REDIS_IMAGE}); the first time it is downloaded.`);
    // Its own folder: an older server on PATH could not read what a newer one in the container wrote.
    return startOwn(options, { program: docker, folder: 'redis-docker', start: startDockerRedis });
  }
  throw noneFound(docker === null ? 'Docker is not installed' : 'the Docker daemon does not answer');
}

async function useGiven(url: string, env: FindRedisOptions['env']): Promise<LocalRedis> {
  const check = parseRedisUrl(url);
  if (!check.ok) {
    throw new HooklaneError('invalid_setting', {
      field: 'REDIS_URL',
      detail: `REDIS_URL must be ${check.bound}.`,
    });
  }
  // The programs know how to ask a Cluster, Sentinels, and a server whose certificate is of an authority of its own; one
  // question over a bare socket does not.
  if (check.address.kind === 'single' && !env['HOOKLANE_REDIS_CA_FILE']) await demandAnswer(url);
  const notOurs = (): Promise<never> =>
    Promise.reject(new Error('The Redis of REDIS_URL is not ours to kill.'));
  return {
    kind: 'given',
    url,
    port: check.address.hosts[0]?.port ?? 0,
    stop: () => Promise.resolve(),
    kill9: notOurs,
    restart: notOurs,
  };
}

async function demandAnswer(url: string): Promise<void> {
  let probe = { state: 'loading' } as RedisProbe;
  const ask = async (): Promise<boolean> => {
    probe = await probeRedis(url);
    return probe.state === 'ready' || probe.state === 'refused';
  };
  await waitUntil(ask, { timeoutMs: GIVEN_TIMEOUT_MS, everyMs: 250 });
  if (probe.state !== 'ready') throw givenFails(url, probe);
}

interface OwnRedis {
  program: string;
  folder: string;
  start: (options: OwnRedisOptions, claim: FolderClaim) => Promise<LocalRedis>;
}

async function startOwn(options: FindRedisOptions, own: OwnRedis): Promise<LocalRedis> {
  const dir = join(resolve(options.dataDir), own.folder);
  const claim = await claimFolder(dir);
  const onDeath = (message: string): void => options.onDeath?.(message);
  const startOn = (port: number): Promise<LocalRedis> =>
    own.start(
      { program: own.program, dir, port, args: options.args ?? [], serverEnv: options.serverEnv, onDeath },
      claim,
    );
  try {
    return await (options.port === undefined ? startOnFreePort(startOn) : startOn(options.port));
  } catch (error) {
    await claim.release();
    throw error;
  }
}

async function startOnFreePort(startOn: (port: number) => Promise<LocalRedis>): Promise<LocalRedis> {
  for (let tries = 1; tries < PORT_TRIES; tries += 1) {
    const started = await startOn(await freePort()).catch((error: unknown) => {
      if (!isPortTaken(error)) throw error;
      return null;
    });
    if (started !== null) return started;
  }
  return startOn(await freePort());
}

function givenFails(url: string, probe: Exclude<RedisProbe, { state: 'ready' }>): HooklaneError {
  const where = URL.parse(url)?.host ?? 'its address';
  const why = probe.state === 'loading' ? 'It is still loading its data.' : probe.reason;
  return new HooklaneError('redis_unavailable', {
    detail: `The Redis of REDIS_URL (${where}) cannot be used: ${why}`,
  });
}

function noneFound(aboutDocker: string): HooklaneError {
  return new HooklaneError('redis_unavailable', {
    detail: [
      'Hooklane needs a Redis (or Valkey), and there is none: REDIS_URL is not set, neither redis-server nor',
      `valkey-server is on PATH, and ${aboutDocker}. One of these is enough:`,
      '  Debian, Ubuntu:  sudo apt-get install redis-server',
      '  macOS:           brew install redis',
      `  Docker:          https://docs.docker.com/get-started/get-docker/ (${REDIS_IMAGE} is then started for you)`,
      '  elsewhere:       export REDIS_URL=redis://host:6379',
    ].join('\n'),
  });
}
