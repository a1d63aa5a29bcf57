/** A Redis server of our own, on 127.0.0.1, with its own folder. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HooklaneError } from '@hooklane/core';
import { endWithUs } from './end-with-us.ts';
import type { FolderClaim } from './folder-claim.ts';
import { READY_TIMEOUT_MS, REDIS_ARGUMENTS, STOP_TIMEOUT_MS } from './local-redis.ts';
import type { LocalRedis, OwnRedisOptions } from './local-redis.ts';
import { probeRedis } from './probe-redis.ts';
import { signal } from './process-signals.ts';
import { waitUntil } from './wait-until.ts';

/** One run of the server. */
interface Run {
  child: ChildProcess;
  pid: number;
  ended: Promise<void>;
  /** Set before we end it ourselves. */
  expected: boolean;
}

/**
 * Starts the server and waits until it answers. It has its own process group, so that a Ctrl-C of the terminal does not
 * reach it before the programs that use it have ended. Rejects with `redis_unavailable` and the end of its log.
 */
export async function startPrivateRedis(options: OwnRedisOptions, claim: FolderClaim): Promise<LocalRedis> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  let run = await startRun(options, claim);
  const endRun = async (name: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    run.expected = true;
    signal(run.pid, name);
    const timer = setTimeout(() => signal(run.pid, 'SIGKILL'), STOP_TIMEOUT_MS);
    await run.ended;
    clearTimeout(timer);
  };
  return {
    kind: 'private',
    url: `redis://127.0.0.1:${options.port}`,
    port: options.port,
    dir: options.dir,
    get pid() {
      return run.pid;
    },
    stop: async () => {
      await endRun('SIGTERM');
      await claim.release();
    },
    kill9: () => endRun('SIGKILL'),
    restart: async () => {
      await endRun('SIGTERM');
      run = await startRun(options, claim);
    },
  };
}

async function startRun(options: OwnRedisOptions, claim: FolderClaim): Promise<Run> {
  const run = await spawnServer(options);
  await claim.record({ kind: 'private', pid: run.pid, port: options.port });
  let gone = false;
  const end = run.ended.then(() => {
    gone = true;
    return true;
  });
  const isSettled = (): Promise<boolean> => Promise.race([end, answers(options)]);
  const inTime = await waitUntil(isSettled, { timeoutMs: READY_TIMEOUT_MS, everyMs: 20 });
  if (gone || !inTime) {
    run.expected = true;
    signal(run.pid, 'SIGKILL');
    await run.ended;
    throw await startFailed(options, gone ? 'ended at once' : `was not ready within ${READY_TIMEOUT_MS} ms`);
  }
  void run.ended.then(() => {
    if (!run.expected) options.onDeath(`Redis (process ${run.pid}) ended by itself.`);
  });
  return run;
}

/** Its own log must say so too: on a port that was taken meanwhile another Redis could answer. */
async function answers(options: OwnRedisOptions): Promise<boolean> {
  const probe = await probeRedis(`redis://127.0.0.1:${options.port}`);
  return probe.state === 'ready' && (await readLog(options)).includes('Ready to accept connections');
}

function readLog(options: OwnRedisOptions): Promise<string> {
  return readFile(join(options.dir, 'redis.log'), 'utf8').catch(() => '');
}

async function spawnServer(options: OwnRedisOptions): Promise<Run> {
  const log = openSync(join(options.dir, 'redis.log'), 'w', 0o600);
  const where = ['--bind', '127.0.0.1', '--port', String(options.port), '--dir', options.dir];
  const child = spawn(options.program, [...where, '--daemonize', 'no', ...REDIS_ARGUMENTS, ...options.args], {
    detached: true,
    ...(options.serverEnv === undefined ? {} : { env: { ...process.env, ...options.serverEnv } }),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  const ended = Promise.withResolvers<void>();
  child.once('exit', () => ended.resolve());
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const forget = endWithUs(pid);
  void ended.promise.then(forget);
  return { child, pid, ended: ended.promise, expected: false };
}

/** Whether a failed start is worth another port. */
export function isPortTaken(error: unknown): boolean {
  return (
    error instanceof HooklaneError && /address already in use|port is already allocated/i.test(error.message)
  );
}

async function startFailed(options: OwnRedisOptions, what: string): Promise<HooklaneError> {
  const tail = (await readLog(options)).trim().split('\n').slice(-8).join('\n');
  return new HooklaneError('redis_unavailable', {
    detail: `The private Redis (${options.program} in ${options.dir}) ${what}:\n${tail}`,
  });
}
