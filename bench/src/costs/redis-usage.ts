/** What a Redis has done so far, as its INFO tells. */
import type { Redis } from 'ioredis';

/** Since it was started. */
export interface RedisUsage {
  /** User and system time of the server's process, µs. */
  cpuMicros: number;
  /** Commands that it ran, those within scripts as well. */
  commands: number;
  /** Of them: scripts. */
  scripts: number;
  /** Bytes from and to its clients. */
  bytes: number;
  /** Bytes of its memory that hold data now: not its buffers, clients and scripts. */
  dataBytes: number;
}

const SCRIPTS = new Set(['eval', 'evalsha', 'eval_ro', 'evalsha_ro', 'fcall', 'fcall_ro']);

/** Asks for it: that is one command more. */
export async function readRedisUsage(client: Redis): Promise<RedisUsage> {
  return parseRedisUsage(await client.info('everything'));
}

/** The text of `INFO everything`. */
export function parseRedisUsage(info: string): RedisUsage {
  const fields = new Map(info.split('\r\n').map((line) => cut(line)));
  const number = (name: string): number => Number(fields.get(name) ?? 0);
  const calls = [...fields].flatMap(([name, value]) => {
    if (!name.startsWith('cmdstat_')) return [];
    return [{ name: name.slice('cmdstat_'.length), calls: Number(/calls=(\d+)/.exec(value)?.[1] ?? 0) }];
  });
  return {
    cpuMicros: Math.round((number('used_cpu_user') + number('used_cpu_sys')) * 1e6),
    commands: sum(calls),
    scripts: sum(calls.filter(({ name }) => SCRIPTS.has(name))),
    bytes: number('total_net_input_bytes') + number('total_net_output_bytes'),
    dataBytes: number('used_memory_dataset'),
  };
}

function cut(line: string): readonly [string, string] {
  const at = line.indexOf(':');
  return [line.slice(0, at), line.slice(at + 1)];
}

function sum(of: readonly { calls: number }[]): number {
  return of.reduce((total, { calls }) => total + calls, 0);
}
