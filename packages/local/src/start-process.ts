/** One program as a process of its own that ends with us. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { endWithUs } from './end-with-us.ts';
import { createLineSplitter } from './line-splitter.ts';
import { signal } from './process-signals.ts';

/** What to start. */
export interface ProcessSpec {
  /** For log and messages: `worker`. */
  name: string;
  /** The program; this Node when missing. */
  command?: string;
  args: readonly string[];
  /** Its whole environment; ours when missing. */
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** Each line of its stdout and stderr. They are read even when this is missing, so that it never blocks on them. */
  onLine?: (line: string) => void;
}

/** How a process ended: one of the two is set. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that was started. */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves when it has ended and its output is read. */
  readonly ended: Promise<ProcessEnd>;
  /** SIGTERM, after `graceMs` SIGKILL, then SIGKILL to what it left of its group. Harmless when it has ended. */
  stop(graceMs: number): Promise<ProcessEnd>;
  /** SIGKILL to it and its group. */
  kill9(): Promise<ProcessEnd>;
}

/** Output of a grandchild that outlives the process is not waited for longer than this, ms. */
const OUTPUT_TIMEOUT_MS = 500;

/**
 * Starts a process in a group of its own: a Ctrl-C of the terminal reaches only us, and we stop the others in order.
 * It gets SIGTERM when we are gone, kill -9 included.
 * Rejects when the program cannot be started.
 */
export async function startProcess(spec: ProcessSpec): Promise<RunningProcess> {
  const child = spawnChild(spec);
  const ended = watchEnd(child, spec.onLine ?? (() => {}));
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const forget = endWithUs(pid);
  void ended.then(forget);
  const kill9 = (): Promise<ProcessEnd> => {
    signal(-pid, 'SIGKILL');
    return ended;
  };
  return {
    name: spec.name,
    pid,
    ended,
    kill9,
    stop: async (graceMs) => {
      if (child.exitCode !== null || child.signalCode !== null) return ended;
      signal(pid, 'SIGTERM');
      // One that is stopped would hear of it only when it goes on.
      signal(pid, 'SIGCONT');
      const timer = setTimeout(() => signal(-pid, 'SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
      return kill9();
    },
  };
}

function spawnChild(spec: ProcessSpec): ChildProcess {
  return spawn(spec.command ?? process.execPath, [...spec.args], {
    detached: true,
    env: { ...(spec.env ?? process.env) },
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function watchEnd(child: ChildProcess, onLine: (line: string) => void): Promise<ProcessEnd> {
  const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
  for (const stream of [child.stdout, child.stderr]) {
    const splitter = createLineSplitter(onLine);
    stream?.on('data', (chunk: Buffer) => splitter.write(chunk));
    stream?.on('end', () => splitter.end());
  }
  child.once('exit', (code, name) => {
    const timer = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, OUTPUT_TIMEOUT_MS);
    child.once('close', () => {
      clearTimeout(timer);
      resolve({ code, signal: name });
    });
  });
  return promise;
}
