/** One command of a longer run: bounded, and its whole process group ends with it. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** What to run. */
export interface Step {
  name: string;
  /** Program and arguments, or one line for the shell. */
  command: readonly [string, ...string[]] | string;
  /** Killed when it takes longer, ms. */
  timeoutMs: number;
  /** `live`: its output is shown as it comes. `on-failure`: only when it fails. */
  output: 'live' | 'on-failure';
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** How it ended. */
export interface StepEnd {
  /** null: killed. */
  exitCode: number | null;
  /** Only for `on-failure`. */
  output: string;
  seconds: number;
}

/** More than anybody reads; the end is kept. */
const MAX_OUTPUT_CHARS = 200_000;

const running = new Set<number>();
let ending = false;

/** Runs it to its end; never throws. */
export async function runStep(step: Step): Promise<StepEnd> {
  if (ending) return { exitCode: null, output: `${step.name} was not begun.`, seconds: 0 };
  const start = performance.now();
  const [program, ...args] = typeof step.command === 'string' ? ['sh', '-c', step.command] : step.command;
  const child = spawn(program, args, {
    cwd: step.cwd,
    env: step.env,
    // A group of its own: what it starts is ended with it.
    detached: true,
    stdio: step.output === 'live' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid ?? 0;
  running.add(pid);
  let output = '';
  const collect = (text: string): void => {
    output = (output + text).slice(-MAX_OUTPUT_CHARS);
  };
  child.stdout?.setEncoding('utf8').on('data', collect);
  child.stderr?.setEncoding('utf8').on('data', collect);
  const timer = setTimeout(() => {
    collect(`\n${step.name} took longer than ${step.timeoutMs / 1000} s and was ended.\n`);
    endGroup(pid, 'SIGKILL');
  }, step.timeoutMs);
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('error', (error) => {
    collect(error.message);
    resolve(null);
  });
  child.once('close', (code) => resolve(code));
  const exitCode = await promise;
  clearTimeout(timer);
  running.delete(pid);
  return { exitCode, output, seconds: (performance.now() - start) / 1000 };
}

/** Ends every step that still runs, with all that it started; none begins after this. */
export function endRunningSteps(): void {
  ending = true;
  for (const pid of running) endGroup(pid, 'SIGTERM');
}

function endGroup(pid: number, signal: NodeJS.Signals): void {
  // 0 would be our own group.
  if (pid === 0) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}
