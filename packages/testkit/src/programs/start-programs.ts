/** The real, built programs against a given Redis: one server and any number of workers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProcess, waitUntil } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { callApi } from './call-api.ts';
import type { ApiAnswer } from './call-api.ts';

/** What to start. */
export interface ProgramsOptions {
  redisUrl: string;
  /** Another address of the same Redis for the server, such as that of a proxy. Default: `redisUrl`. */
  serverRedisUrl?: string;
  /** Default 1. */
  workers?: number;
  /** Settings of both programs; they win over ours. */
  env?: Record<string, string>;
  /** Arguments for Node in front of the worker's program, such as `--import` and a file. */
  workerNodeArgs?: readonly string[];
  /** Each line that a program writes. */
  onLine?: (program: string, line: string) => void;
}

/** Programs that run. */
export interface Programs {
  /** `http://127.0.0.1:…/v1` */
  readonly api: string;
  readonly token: string;
  /** All that were ever started, the oldest first. */
  readonly workers: readonly RunningProcess[];
  readonly server: RunningProcess;
  /** Where metrics can be scraped, as `127.0.0.1:…`: the server, then the workers. */
  readonly scraped: readonly string[];
  /** One call of the API; rejects after 10 s or when the server is not there. */
  call(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Resolves when it is ready. `env`: settings of this one alone. */
  startWorker(env?: Record<string, string>): Promise<RunningProcess>;
  /** After the server died: starts it on the same port. Resolves when it is ready. */
  restartServer(): Promise<void>;
  /** The answer of `/readyz` of a worker or of the server, or null when there is none. */
  readiness(program: RunningProcess): Promise<string | null>;
  stop(): Promise<void>;
}

const TOKEN = 'a-token-for-the-tests-of-the-promises';
/** The same from `src` and from `dist`. */
const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const READY_MS = 30_000;
const STOP_MS = 10_000;

/** Starts a server and as many workers as asked for, and waits until they are ready. They must have been built. */
export async function startPrograms(options: ProgramsOptions): Promise<Programs> {
  const house = new ProgramHouse(options, await mkdtemp(join(tmpdir(), 'hooklane-promises-')));
  try {
    await house.startServer();
    for (let i = 0; i < (options.workers ?? 1); i++) await house.startWorker();
  } catch (error) {
    await house.stop();
    throw error;
  }
  return house;
}

class ProgramHouse implements Programs {
  readonly token = TOKEN;
  readonly workers: RunningProcess[] = [];
  readonly #options: ProgramsOptions;
  readonly #dataDir: string;
  readonly #ports = new Map<RunningProcess, number>();
  #server: RunningProcess | undefined;

  constructor(options: ProgramsOptions, dataDir: string) {
    this.#options = options;
    this.#dataDir = dataDir;
  }

  get server(): RunningProcess {
    if (this.#server === undefined) throw new Error('The server was not started.');
    return this.#server;
  }

  get api(): string {
    return `http://127.0.0.1:${this.#ports.get(this.server)}/v1`;
  }

  get scraped(): string[] {
    return [this.server, ...this.workers].map((program) => `127.0.0.1:${this.#ports.get(program)}`);
  }

  call(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    return callApi({ url: this.api + path, method, body, token: TOKEN });
  }

  async startServer(port?: number): Promise<void> {
    this.#server = await this.#run('server', port ?? (await freePort()));
    await this.#ready(this.#server);
  }

  async startWorker(own: Record<string, string> = {}): Promise<RunningProcess> {
    const worker = await this.#run('worker', await freePort(), own);
    this.workers.push(worker);
    await this.#ready(worker);
    return worker;
  }

  async restartServer(): Promise<void> {
    await this.server.ended;
    await this.startServer(this.#ports.get(this.server));
  }

  async readiness(program: RunningProcess): Promise<string | null> {
    try {
      const url = `http://127.0.0.1:${this.#ports.get(program)}/readyz`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(3000), redirect: 'error' });
      return `${answer.status} ${await answer.text()}`;
    } catch {
      return null;
    }
  }

  async stop(): Promise<void> {
    const all = [...this.workers, ...(this.#server === undefined ? [] : [this.#server])];
    await Promise.all(all.map((program) => program.stop(STOP_MS)));
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  async #run(
    name: 'server' | 'worker',
    port: number,
    own: Record<string, string> = {},
  ): Promise<RunningProcess> {
    const { redisUrl, serverRedisUrl, workerNodeArgs, env, onLine } = this.#options;
    const args = [...(name === 'worker' ? (workerNodeArgs ?? []) : [])];
    const program = await startProcess({
      name,
      args: [...args, join(ROOT, 'apps', name, 'dist', 'main.js')],
      env: {
        ...process.env,
        REDIS_URL: name === 'server' ? (serverRedisUrl ?? redisUrl) : redisUrl,
        HOOKLANE_API_TOKEN: TOKEN,
        HOOKLANE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
        HOOKLANE_DATA_DIR: this.#dataDir,
        HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
        LOG_LEVEL: 'warn',
        ...env,
        ...own,
        PORT: String(port),
      },
      ...(onLine ? { onLine: (line: string) => onLine(name, line) } : {}),
    });
    this.#ports.set(program, port);
    return program;
  }

  async #ready(program: RunningProcess): Promise<void> {
    let said: string | null = null;
    const isReady = async (): Promise<boolean> => {
      said = await this.readiness(program);
      return said?.startsWith('200 ') ?? false;
    };
    if (await waitUntil(isReady, { timeoutMs: READY_MS, everyMs: 100 })) return;
    throw new Error(`The ${program.name} was not ready within ${READY_MS} ms: ${said ?? 'no answer'}`);
  }
}
