/** A whole Hooklane for the browser to look at: Redis, server with the built console, worker, scripted receiver. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@hooklane/client';
import type { Client } from '@hooklane/client';
import { freePort, startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { eventually, startReceiver, startRedis } from '@hooklane/testkit';
import type { Receiver, TestRedis } from '@hooklane/testkit';
import { buildConsole } from './build-console.ts';

/** What runs. */
export interface House {
  /** Where the console is: `http://127.0.0.1:…`. */
  url: string;
  token: string;
  /** The API, by token. */
  api: Client;
  redis: TestRedis;
  receiver: Receiver;
  /** Lines that the programs logged at level error or above; a test may look for none. */
  errors: string[];
  /** Freezes the worker: what is asked of it waits. */
  pauseWorker(): void;
  /** Lets it go on. */
  resumeWorker(): void;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..', '..', '..');
const TOKEN = 'a-token-for-the-tests-of-the-console';
const READY_MS = 30_000;
const GRACE_MS = 10_000;

/** `env` goes to both programs, such as `HOOKLANE_RETRY_SCHEDULE`. */
export async function startHouse(env: Readonly<Record<string, string>> = {}): Promise<House> {
  await buildConsole();
  const [redis, receiver, dataDir] = await Promise.all([
    startRedis({ aof: true }),
    startReceiver(),
    mkdtemp(join(tmpdir(), 'hooklane-console-')),
  ]);
  const errors: string[] = [];
  const run = async (name: 'server' | 'worker'): Promise<Program> => {
    const port = await freePort();
    const process = await startProcess({
      name,
      args: [join(root, 'apps', name, 'dist', 'main.js')],
      env: { ...settings(redis.url, dataDir), ...env, PORT: String(port) },
      onLine: (line) => {
        if (/"level":"?(error|fatal|[56]0)/.test(line)) errors.push(`${name}: ${line}`);
      },
    });
    return { process, url: `http://127.0.0.1:${port}` };
  };
  const [server, worker] = await Promise.all([run('server'), run('worker')]);
  await Promise.all([waitReady(server), waitReady(worker)]);
  return {
    url: server.url,
    token: TOKEN,
    api: createClient({ url: server.url, token: TOKEN }),
    redis,
    receiver,
    errors,
    pauseWorker: () => void process.kill(worker.process.pid, 'SIGSTOP'),
    resumeWorker: () => void process.kill(worker.process.pid, 'SIGCONT'),
    async stop() {
      await Promise.all([server, worker].map(({ process }) => process.stop(GRACE_MS)));
      await Promise.all([receiver.close(), redis.stop(), rm(dataDir, { recursive: true, force: true })]);
    },
  };
}

interface Program {
  process: RunningProcess;
  url: string;
}

function settings(redisUrl: string, dataDir: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    REDIS_URL: redisUrl,
    HOOKLANE_API_TOKEN: TOKEN,
    HOOKLANE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    HOOKLANE_DATA_DIR: dataDir,
    HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
    LOG_LEVEL: 'warn',
  };
}

async function waitReady({ process, url }: Program): Promise<void> {
  let ended = false;
  void process.ended.then(() => (ended = true));
  await eventually(
    async () => {
      if (ended) return;
      const answer = await fetch(`${url}/readyz`, { headers: { connection: 'close' } });
      if (!answer.ok) throw new Error(`${url}/readyz answers ${answer.status}`);
    },
    { timeoutMs: READY_MS, everyMs: 100, describe: `${process.name} ready` },
  );
  if (ended) throw new Error(`${process.name} ended before it was ready.`);
}
