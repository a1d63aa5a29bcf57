/** For tests: a real Redis, the real server and worker, and the command line as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProcess, waitUntil } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { startRedis } from '@hooklane/testkit';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const MAIN = join(import.meta.dirname, '..', 'main.ts');

/** The token of the house. No output may have it. */
export const TOKEN = 'hl_token-that-nobody-may-read-0123';

/** How a command ended, and what it wrote. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that is running. */
export interface Running {
  ended: Promise<Finished>;
  /** What it wrote so far to both. */
  text: () => string;
  interrupt: () => void;
}

/** How to run a command. */
export interface RunOptions {
  env?: Record<string, string>;
  input?: string;
  cwd?: string;
}

/** Everything that was ever written by a command of this file. */
export const written: string[] = [];

const KILL_AFTER_MS = 60_000;

/** Starts `hooklane` with nothing of our own environment but PATH. */
export function startCli(args: readonly string[], options: RunOptions = {}): Running {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', ...options.env };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    env,
    cwd: options.cwd ?? tmpdir(),
    timeout: KILL_AFTER_MS,
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const ended = once(child, 'close').then(([code]) => {
    written.push(stdout, stderr);
    return { code: code as number | null, stdout, stderr };
  });
  return { ended, text: () => stdout + stderr, interrupt: () => child.kill('SIGINT') };
}

/** A house with server and worker. */
export interface House {
  url: string;
  /** Runs `hooklane` against it. */
  run: (...args: string[]) => Promise<Finished>;
  start: (...args: string[]) => Running;
  dir: string;
  close: () => Promise<void>;
}

/** Starts all of it; two retries, a fifth of a second apart. */
export async function openHouse(): Promise<House> {
  const redis = await startRedis();
  const dir = await mkdtemp(join(tmpdir(), 'hooklane-cli-'));
  const programs: RunningProcess[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(programs.map((program) => program.stop(5000)));
    await redis.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const ports = [await freePort(), await freePort()];
    for (const [index, name] of ['server', 'worker'].entries()) {
      programs.push(await startProgram(name, { redisUrl: redis.url, port: ports[index] ?? 0, dir }));
    }
    const areReady = async () => (await Promise.all(ports.map(isReady))).every(Boolean);
    if (!(await waitUntil(areReady, { timeoutMs: 30_000 })))
      throw new Error('The house was not ready in time.');
    const url = `http://127.0.0.1:${ports[0]}`;
    const start = (...args: string[]) =>
      startCli(args, { env: { HOOKLANE_URL: url, HOOKLANE_API_TOKEN: TOKEN, HOME: dir }, cwd: dir });
    return { url, dir, close, start, run: (...args) => start(...args).ended };
  } catch (error) {
    await close();
    throw error;
  }
}

function startProgram(
  name: string,
  { redisUrl, port, dir }: { redisUrl: string; port: number; dir: string },
): Promise<RunningProcess> {
  const entry = join(ROOT, 'apps', name, 'dist', 'main.js');
  if (!existsSync(entry)) throw new Error(`${entry} is missing. Build with: npx -y pnpm@12 build`);
  return startProcess({
    name,
    args: [entry],
    env: {
      PATH: process.env['PATH'],
      REDIS_URL: redisUrl,
      PORT: String(port),
      HOOKLANE_API_TOKEN: TOKEN,
      HOOKLANE_DATA_DIR: join(dir, 'keys'),
      HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
      HOOKLANE_RETRY_SCHEDULE: '200ms,200ms',
      HOOKLANE_GRACE: '1s',
      LOG_LEVEL: 'error',
    },
  });
}

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    (answer) => answer.ok,
    () => false,
  );
}
