/** Work beside processes that must not end meanwhile. */
import { startProcess } from '@hooklane/local';
import type { ProcessSpec, RunningProcess } from '@hooklane/local';

/** What is to be started. */
export type Program = Omit<ProcessSpec, 'onLine'>;

const STOP_GRACE_MS = 5000;
const SHOWN_LINES = 20;

/**
 * Starts the processes, does the work and stops them. Rejects, with the first lines that they printed, when the work
 * does, when one of them ends by itself and when the signal comes.
 */
export async function withProcesses<Result>(
  programs: readonly Program[],
  signal: AbortSignal,
  work: (running: readonly RunningProcess[]) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const lines: string[] = [];
  const onLine = (line: string): void => void (lines.length < SHOWN_LINES && lines.push(line));
  const running: RunningProcess[] = [];
  try {
    for (const program of programs) running.push(await startProcess({ ...program, onLine }));
    return await Promise.race([work(running), ...running.map(died), aborted(signal)]);
  } catch (error) {
    if (lines.length === 0) throw error;
    throw new Error(['A process said:', ...lines].join('\n'), { cause: error });
  } finally {
    await Promise.all(running.map((process) => process.stop(STOP_GRACE_MS)));
  }
}

/** Runs a program to its end and resolves to the last line that it printed. Rejects when it fails and when the signal comes. */
export async function runProgram(program: Program, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    if (lines.length > SHOWN_LINES) lines.shift();
  };
  const running = await startProcess({ ...program, onLine });
  try {
    const { code } = await Promise.race([running.ended, aborted(signal)]);
    if (code === 0) return lines.at(-1) ?? '';
    throw new Error([`${program.name} failed:`, ...lines].join('\n'));
  } finally {
    await running.stop(STOP_GRACE_MS);
  }
}

async function died(running: RunningProcess): Promise<never> {
  const { code, signal } = await running.ended;
  throw new Error(`${running.name} ended by itself (${signal ?? `exit code ${code}`}).`);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
