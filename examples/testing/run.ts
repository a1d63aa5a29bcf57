/** Runs an example to its end. */
import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

/** How it ended, and what it wrote. `code` is null when it was killed. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

const TIMEOUT_MS = 30_000;

/** Runs a file of this folder by `sh`, with nothing of our own environment but PATH and this Node in front of it. */
export function runShell(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Finished> {
  const { promise, resolve } = Promise.withResolvers<Finished>();
  const path = [env['PATH'], dirname(process.execPath), process.env['PATH']].filter(Boolean).join(delimiter);
  const options = { env: { HOME: '/nonexistent', ...env, PATH: path }, timeout: TIMEOUT_MS };
  execFile('sh', [`${import.meta.dirname}/../${file}`, ...args], options, (error, stdout, stderr) => {
    const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
    resolve({ code, stdout, stderr });
  });
  return promise;
}
