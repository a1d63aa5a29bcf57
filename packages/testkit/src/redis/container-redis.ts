/** A Redis in a container, for a machine that has Docker and no Redis. */
import { freePort, waitUntil } from '@hooklane/local';
import type { GenericContainer, StartedTestContainer } from 'testcontainers';
import { flushAll, sendCommand } from './send-command.ts';
import { serverArguments } from './test-redis.ts';
import type { TestRedis, TestRedisOptions } from './test-redis.ts';

const REDIS_PORT = 6379;

/** The first start downloads the image, ms. */
const START_TIMEOUT_MS = 120_000;
const READY_TIMEOUT_MS = 30_000;

/**
 * Starts the image of `REDIS_IMAGE` (default `redis:8-alpine`). The port is fixed from outside, because Docker would
 * give a container that is started again another one. Rejects when Docker does not answer.
 */
export async function startContainerRedis(options: TestRedisOptions): Promise<TestRedis> {
  const port = await freePort();
  const container = await start(port, options);
  const { getContainerRuntimeClient } = await import('testcontainers');
  const docker = (await getContainerRuntimeClient()).container.getById(container.getId());
  let frozen = false;
  let stopped = false;
  const resume = async (): Promise<void> => {
    if (frozen) await docker.unpause();
    frozen = false;
  };
  return {
    kind: 'container',
    url: `redis://127.0.0.1:${port}`,
    port,
    stop: async () => {
      if (stopped) return;
      stopped = true;
      await resume();
      await container.stop({ remove: true, removeVolumes: true });
    },
    kill9: async () => {
      await resume();
      await docker.kill({ signal: 'SIGKILL' });
      await docker.wait();
    },
    restart: async () => {
      await resume();
      if ((await docker.inspect()).State.Running) await docker.stop();
      await docker.start();
      await waitUntil(() => answers(port), { timeoutMs: READY_TIMEOUT_MS });
    },
    pause: async () => {
      await docker.pause();
      frozen = true;
    },
    resume,
    flush: () => flushAll(port),
  };
}

async function start(port: number, options: TestRedisOptions): Promise<StartedTestContainer> {
  const container = await describeContainer(port, options);
  try {
    return await container.start();
  } catch (error) {
    // Testcontainers' own cleaner (Ryuk) is one more image. Where it cannot be pulled, `stop` has to be enough.
    if (process.env['TESTCONTAINERS_RYUK_DISABLED'] === 'true') throw error;
    process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
    return container.start();
  }
}

/** Loaded only here: a test file with a Redis of this machine need not wait for the library. */
async function describeContainer(port: number, options: TestRedisOptions): Promise<GenericContainer> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const fixed = ['--protected-mode', 'no', '--save', '', '--dir', '/tmp'];
  return new GenericContainer(redisImage())
    .withExposedPorts({ container: REDIS_PORT, host: port })
    .withCommand(['redis-server', ...fixed, ...serverArguments(options)])
    .withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
    .withStartupTimeout(START_TIMEOUT_MS);
}

/** The image that is started: `REDIS_IMAGE`, or the one that the project names everywhere. */
export function redisImage(): string {
  return process.env['REDIS_IMAGE'] ?? 'redis:8-alpine';
}

async function answers(port: number): Promise<boolean> {
  return (await sendCommand(port, 'PING').catch(() => '')) === '+PONG';
}
