/** The real programs against a given Redis, for the tests of the promises. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { waitReady } from '../wait-ready.ts';

/** Programs that run. */
export interface Programs {
  /** `http://127.0.0.1:…/v1` */
  api: string;
  token: string;
  workers: RunningProcess[];
  /** One call of the API. */
  call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  startWorker(): Promise<RunningProcess>;
  stop(): Promise<void>;
}

const TOKEN = 'a token for the tests of the promises'.replaceAll(' ', '-');
const root = join(import.meta.dirname, '..', '..', '..');

/** Starts a server and as many workers as asked for, built programs as they are. */
export async function startPrograms(options: {
  redisUrl: string;
  workers?: number;
  env?: Record<string, string>;
}): Promise<Programs> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hooklane-promises-'));
  const env = {
    ...process.env,
    REDIS_URL: options.redisUrl,
    HOOKLANE_API_TOKEN: TOKEN,
    HOOKLANE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    HOOKLANE_DATA_DIR: dataDir,
    HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
    LOG_LEVEL: 'warn',
    ...options.env,
  };
  const run = async (name: 'server' | 'worker'): Promise<{ process: RunningProcess; port: number }> => {
    const port = await freePort();
    const args = [join(root, 'apps', name, 'dist', 'main.js')];
    return { process: await startProcess({ name, args, env: { ...env, PORT: String(port) } }), port };
  };
  const server = await run('server');
  const workers: RunningProcess[] = [];
  const startWorker = async (): Promise<RunningProcess> => {
    const worker = await run('worker');
    workers.push(worker.process);
    await ready('worker', worker.port);
    return worker.process;
  };
  for (let i = 0; i < (options.workers ?? 1); i++) await startWorker();
  await ready('server', server.port);
  const api = `http://127.0.0.1:${server.port}/v1`;
  return {
    api,
    token: TOKEN,
    workers,
    call: (method, path, body) => call(api + path, method, body),
    startWorker,
    async stop() {
      await Promise.all([server.process, ...workers].map((program) => program.stop(10_000)));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function ready(name: string, port: number): Promise<void> {
  const cut = new AbortController();
  await waitReady([{ name, port }], { timeoutMs: 30_000, onProgress: () => undefined, cut: cut.signal });
}

async function call(
  url: string,
  method: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      connection: 'close',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
