/** For tests: the command line as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', 'main.ts');

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
  /** kill -9 */
  kill: () => void;
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
  return {
    ended,
    text: () => stdout + stderr,
    interrupt: () => child.kill('SIGINT'),
    kill: () => child.kill('SIGKILL'),
  };
}
