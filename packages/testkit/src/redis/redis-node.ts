/** One `redis-server` with arguments of the caller's own: a member of a cluster, a replica, a sentinel. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, freePort, startProcess, waitUntil } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { sendCommand } from './send-command.ts';

/** What to start. */
export interface RedisNodeOptions {
  /** Its own folder is made below this one. */
  dataDir: string;
  /** Default: a free one. A cluster also uses the port 10,000 above; then it must be below 55,536. */
  port?: number;
  /** In front of all others: the path of a configuration file. */
  config?: string;
  args?: readonly string[];
  env?: Record<string, string>;
}

/** A server that answers PING. */
export interface RedisNode {
  readonly port: number;
  readonly dir: string;
  readonly process: RunningProcess;
  /** A clean end, at most 5 s. */
  stop(): Promise<void>;
}

const READY_MS = 20_000;
const STOP_MS = 5000;

/** Starts it on 127.0.0.1 and waits until it answers. Needs a `redis-server` or `valkey-server` on PATH. */
export async function startRedisNode(options: RedisNodeOptions): Promise<RedisNode> {
  const command = findProgram(['redis-server', 'valkey-server'], process.env['PATH']);
  if (command === null) throw new Error('Neither redis-server nor valkey-server is on PATH.');
  const port = options.port ?? (await freePort());
  const dir = join(options.dataDir, `node-${port}`);
  await mkdir(dir, { recursive: true });
  const lines: string[] = [];
  const config = options.config === undefined ? [] : [options.config];
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir];
  const node = await startProcess({
    name: `redis ${port}`,
    command,
    args: [...config, ...where, '--save', '', ...(options.args ?? [])],
    env: { ...process.env, ...options.env },
    onLine: (line) => void lines.splice(0, lines.length - 20, ...lines, line),
  });
  const answers = async (): Promise<boolean> =>
    (await sendCommand(port, 'PING').catch(() => '')).toUpperCase().includes('PONG');
  if (!(await waitUntil(answers, { timeoutMs: READY_MS }))) {
    await node.kill9();
    throw new Error(`Redis on port ${port} did not answer within ${READY_MS} ms:\n${lines.join('\n')}`);
  }
  return {
    port,
    dir,
    process: node,
    stop: async () => void (await node.stop(STOP_MS)),
  };
}
