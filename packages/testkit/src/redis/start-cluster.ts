/** A real Redis Cluster of this machine: three masters and three replicas, with append-only files. */
import { findProgram, freePort, isPortFree, waitUntil } from '@hooklane/local';
import { askRedis } from './ask-redis.ts';
import type { Reply } from './ask-redis.ts';
import { startProcessRedis } from './process-redis.ts';
import type { TestRedis } from './test-redis.ts';

/** How to start a Cluster. */
export interface ClusterOptions {
  /** Default 3; each has 1 replica. */
  masters?: number;
  /** A node that was silent for so long is taken for dead, ms. Default 2000. */
  nodeTimeoutMs?: number;
  /** More arguments for every node. They win over ours. */
  args?: readonly string[];
}

/** A Cluster of a test's own. Call `stop` in `afterAll`. */
export interface RedisCluster {
  /** `redis+cluster://` with the nodes that were masters at first. */
  readonly url: string;
  /** Of 127.0.0.1; the masters of the beginning come first. */
  readonly nodes: readonly TestRedis[];
  /** The node that is the master of a key at present. Rejects when no node that answers knows one. */
  masterOf(key: string): Promise<TestRedis>;
  /** Waits until all slots have a master, and each living replica is in step with its own. */
  ready(): Promise<void>;
  /** Ends all nodes and removes their data. */
  stop(): Promise<void>;
}

const SLOTS = 16_384;

/** A node speaks to the others on its port and this. */
const BUS_OFFSET = 10_000;
const LAST_PORT = 65_535;

/** A loaded machine forms a Cluster in a few seconds, ms. */
const READY_TIMEOUT_MS = 60_000;

/** Starts one. Needs `redis-server` or `valkey-server` on PATH, version 7 or later. */
export async function startRedisCluster(options: ClusterOptions = {}): Promise<RedisCluster> {
  if (findProgram(['redis-server', 'valkey-server'], process.env['PATH']) === null) {
    throw new Error('A Cluster needs redis-server or valkey-server on PATH: apt-get install redis-server');
  }
  const masters = options.masters ?? 3;
  const nodes: TestRedis[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    for (const port of await nodePorts(2 * masters)) nodes.push(await startNode(port, options));
    await form(nodes, masters);
    const ready = (): Promise<void> => whenReady(nodes);
    await ready();
    return {
      url: urlOf(nodes.slice(0, masters)),
      nodes,
      masterOf: (key) => masterOf(nodes, key),
      ready,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function urlOf(nodes: readonly TestRedis[]): string {
  return `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
}

async function nodePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = await freePort();
    if (port + BUS_OFFSET <= LAST_PORT && (await isPortFree(port + BUS_OFFSET))) ports.add(port);
  }
  return [...ports];
}

function startNode(port: number, options: ClusterOptions): Promise<TestRedis> {
  const timeout = String(options.nodeTimeoutMs ?? 2000);
  const cluster = ['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf'];
  const args = [
    ...cluster,
    '--cluster-node-timeout',
    timeout,
    // A replica whose link was down for a moment may still take over.
    '--cluster-replica-validity-factor',
    '0',
    // Who wants a copy gets it at once; Redis would wait 5 s for more who do.
    '--repl-diskless-sync-delay',
    '0',
    ...(options.args ?? []),
  ];
  return startProcessRedis({ aof: true, port, args });
}

/** As `redis-cli --cluster create` does it. */
async function form(nodes: readonly TestRedis[], masters: number): Promise<void> {
  const ports = nodes.map(({ port }) => port);
  const [first = 0] = ports;
  for (const [i, port] of ports.slice(0, masters).entries()) {
    const from = Math.floor((i * SLOTS) / masters);
    const to = Math.floor(((i + 1) * SLOTS) / masters) - 1;
    await askRedis(port, `CLUSTER ADDSLOTSRANGE ${from} ${to}`);
  }
  for (const [i, port] of ports.entries()) await askRedis(port, `CLUSTER SET-CONFIG-EPOCH ${i + 1}`);
  for (const port of ports.slice(1)) await askRedis(first, `CLUSTER MEET 127.0.0.1 ${port}`);
  for (const [i, port] of ports.slice(masters).entries()) {
    const master = String(await askRedis(ports[i] ?? 0, 'CLUSTER MYID'));
    await untilIn(async () => {
      await askRedis(port, `CLUSTER REPLICATE ${master}`);
      return true;
    }, `node ${port} does not know its master`);
  }
}

async function whenReady(nodes: readonly TestRedis[]): Promise<void> {
  await untilIn(async () => {
    const states = await Promise.all(nodes.map(({ port }) => stateOf(port)));
    return states.every((state) => state !== 'not ready') && states.includes('ready');
  }, 'the Cluster is not ready');
}

/** A node that does not answer is no reason to wait. */
async function stateOf(port: number): Promise<'ready' | 'not ready' | 'gone'> {
  try {
    const cluster = String(await askRedis(port, 'CLUSTER INFO'));
    const link = String(await askRedis(port, 'INFO replication'));
    const isInStep = /^role:master/m.test(link) || /^master_link_status:up/m.test(link);
    const isWhole = /^cluster_state:ok/m.test(cluster) && cluster.includes(`cluster_slots_ok:${SLOTS}`);
    return isWhole && isInStep ? 'ready' : 'not ready';
  } catch {
    return 'gone';
  }
}

async function masterOf(nodes: readonly TestRedis[], key: string): Promise<TestRedis> {
  for (const { port } of nodes) {
    const found = await askMaster(port, key).catch(() => null);
    const node = nodes.find((one) => one.port === found);
    if (node !== undefined) return node;
  }
  throw new Error(`no node of the Cluster knows the master of ${key}`);
}

async function askMaster(port: number, key: string): Promise<number | null> {
  const slot = Number(await askRedis(port, `CLUSTER KEYSLOT ${key}`));
  const ranges = (await askRedis(port, 'CLUSTER SLOTS')) as [number, number, Reply[]][];
  const range = ranges.find(([from, to]) => from <= slot && slot <= to);
  return range === undefined ? null : Number(range[2][1]);
}

/** Until `isDone` says so; it may fail meanwhile. */
async function untilIn(isDone: () => Promise<boolean>, what: string): Promise<void> {
  const attempt = (): Promise<boolean> => isDone().catch(() => false);
  if (!(await waitUntil(attempt, { timeoutMs: READY_TIMEOUT_MS, everyMs: 100 }))) {
    throw new Error(`${what} after ${READY_TIMEOUT_MS / 1000} s`);
  }
}
