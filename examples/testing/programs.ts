/** The built server and worker as processes, for the examples that talk to them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { eventually } from '@hooklane/testkit';

/** A server and a worker that run. */
export interface Programs {
  /** What the examples read from their environment. */
  env: { HOOKLANE_URL: string; HOOKLANE_API_TOKEN: string };
  /** One call of the API; rejects unless it answers 2xx. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

const TOKEN = 'the-token-of-the-examples';

/** Starts both on free ports. A try that fails is tried once more, after a second. */
export async function startPrograms(redisUrl: string): Promise<Programs> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hooklane-examples-'));
  const env = {
    ...process.env,
    REDIS_URL: redisUrl,
    HOOKLANE_API_TOKEN: TOKEN,
    HOOKLANE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    HOOKLANE_DATA_DIR: dataDir,
    HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
    HOOKLANE_RETRY_SCHEDULE: '1s',
    LOG_LEVEL: 'warn',
  };
  const running: RunningProcess[] = [];
  const start = async (name: 'server' | 'worker'): Promise<string> => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const main = join(import.meta.dirname, '..', '..', 'apps', name, 'dist', 'main.js');
    running.push(await startProcess({ name, args: [main], env: { ...env, PORT: new URL(url).port } }));
    return url;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((program) => program.stop(10_000)));
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const [server, worker] = [await start('server'), await start('worker')];
    for (const url of [server, worker]) await eventually(() => ask(`${url}/readyz`), { timeoutMs: 30_000 });
    const call = (method: string, path: string, body?: unknown): Promise<unknown> =>
      ask(server + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return { env: { HOOKLANE_URL: server, HOOKLANE_API_TOKEN: TOKEN }, call, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    connection: 'close',
    ...('body' in init ? { 'content-type': 'application/json' } : {}),
  };
  const answer = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(10_000) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}
