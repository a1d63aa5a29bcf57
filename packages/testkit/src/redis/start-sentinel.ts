/** A real master with a replica, and three Sentinels that watch them, on this machine. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, freePort, startProcess, waitUntil } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { askRedis } from './ask-redis.ts';
import type { Reply } from './ask-redis.ts';
import { startProcessRedis } from './process-redis.ts';
import type { TestRedis } from './test-redis.ts';

/** How to start them. */
export interface SentinelOptions {
  /** A master that was silent for so long is taken for dead, ms. Default 1000. */
  downAfterMs?: number;
  /** More arguments for master and replica. They win over ours. */
  args?: readonly string[];
  /** What the Sentinels ask of clients; default nothing. */
  sentinelPassword?: string;
}

/** A master, a replica and three Sentinels of a test's own. Call `stop` in `afterAll`. */
export interface SentinelHouse {
  /** `redis+sentinel://` with the Sentinels and the name of the master. */
  readonly url: string;
  /** The master of the beginning, and its replica. */
  readonly servers: readonly TestRedis[];
  /** The one that the Sentinels call the master at present. */
  master(): Promise<TestRedis>;
  /** Waits until the Sentinels know a master with a replica in step. */
  ready(): Promise<void>;
  /** Ends all of them and removes their data. */
  stop(): Promise<void>;
}

const MASTER = 'mymaster';
const SENTINELS = 3;
const QUORUM = 2;

/** They find each other in about 2 s, ms. */
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5000;

/** Starts them. Needs `redis-server` or `valkey-server` on PATH. */
export async function startSentinel(options: SentinelOptions = {}): Promise<SentinelHouse> {
  const program = findProgram(['redis-server', 'valkey-server'], process.env['PATH']);
  if (program === null) {
    throw new Error('Sentinels need redis-server or valkey-server on PATH: apt-get install redis-server');
  }
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-sentinel-'));
  const servers: TestRedis[] = [];
  const sentinels: Watcher[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(sentinels.map(({ process }) => process.stop(STOP_TIMEOUT_MS)));
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const start = async (args: readonly string[]): Promise<TestRedis> => {
    const server = await startProcessRedis({
      aof: true,
      args: ['--repl-diskless-sync-delay', '0', ...args, ...(options.args ?? [])],
    });
    servers.push(server);
    return server;
  };
  try {
    const { port } = await start([]);
    await start(['--replicaof', `127.0.0.1 ${port}`]);
    for (let i = 0; i < SENTINELS; i += 1) {
      sentinels.push(await startWatcher(program, folder, port, options));
    }
    const house = new House(servers, sentinels, options.sentinelPassword);
    await house.ready();
    return {
      url: `redis+sentinel://${sentinels.map((one) => `127.0.0.1:${one.port}`).join(',')}/${MASTER}`,
      servers,
      master: () => house.master(),
      ready: () => house.ready(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Watcher {
  port: number;
  process: RunningProcess;
}

async function startWatcher(
  program: string,
  folder: string,
  masterPort: number,
  options: SentinelOptions,
): Promise<Watcher> {
  const port = await freePort();
  const file = join(folder, `sentinel-${port}.conf`);
  const password = options.sentinelPassword;
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir ${folder}`,
    `sentinel monitor ${MASTER} 127.0.0.1 ${masterPort} ${QUORUM}`,
    `sentinel down-after-milliseconds ${MASTER} ${options.downAfterMs ?? 1000}`,
    `sentinel failover-timeout ${MASTER} 5000`,
    ...(password === undefined ? [] : [`requirepass ${password}`, `sentinel sentinel-pass ${password}`]),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const process = await startProcess({ name: 'sentinel', command: program, args: [file, '--sentinel'] });
  return { port, process };
}

class House {
  readonly #servers: readonly TestRedis[];
  readonly #sentinels: readonly Watcher[];
  readonly #password: string | undefined;

  constructor(servers: readonly TestRedis[], sentinels: readonly Watcher[], password: string | undefined) {
    this.#servers = servers;
    this.#sentinels = sentinels;
    this.#password = password;
  }

  async master(): Promise<TestRedis> {
    const { port } = await this.#look(0);
    const found = this.#servers.find((server) => server.port === port);
    if (found === undefined) throw new Error(`the Sentinels name an unknown master on port ${port}`);
    return found;
  }

  async ready(): Promise<void> {
    const looks = (): Promise<boolean> =>
      Promise.all(this.#sentinels.map((_, i) => this.#look(i))).then(
        (views) => views.every((view) => view.isReady && view.port === views[0]?.port),
        () => false,
      );
    if (!(await waitUntil(looks, { timeoutMs: READY_TIMEOUT_MS, everyMs: 100 }))) {
      throw new Error(`the Sentinels know no master with a replica after ${READY_TIMEOUT_MS / 1000} s`);
    }
  }

  /** What one Sentinel knows. */
  async #look(index: number): Promise<{ port: number; isReady: boolean }> {
    const at = this.#sentinels[index]?.port ?? 0;
    const ask = (command: string): Promise<Reply> => askRedis(at, command, this.#password);
    const master = pairsOf(await ask(`SENTINEL MASTER ${MASTER}`));
    const replicas = ((await ask(`SENTINEL REPLICAS ${MASTER}`)) as Reply[]).map(pairsOf);
    const inStep = replicas.some((one) => one['master-link-status'] === 'ok' && one['flags'] === 'slave');
    const knowsOthers = Number(master['num-other-sentinels']) === SENTINELS - 1;
    return {
      port: Number(master['port']),
      isReady: inStep && knowsOthers && master['flags'] === 'master',
    };
  }
}

function pairsOf(reply: Reply): Record<string, string> {
  const list = Array.isArray(reply) ? reply.map(String) : [];
  return Object.fromEntries(list.flatMap((name, i) => (i % 2 === 0 ? [[name, list[i + 1] ?? '']] : [])));
}
