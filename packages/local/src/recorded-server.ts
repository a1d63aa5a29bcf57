/** A Redis that an earlier launcher started: is it still there, and how is it stopped? */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { STOP_TIMEOUT_MS } from './local-redis.ts';
import { isAlive, signal } from './process-signals.ts';
import { waitUntil } from './wait-until.ts';

const run = promisify(execFile);

/** What a launcher noted about the Redis that it started. */
export type RecordedServer =
  { kind: 'private'; pid: number; port: number } | { kind: 'docker'; program: string; container: string };

/** Whether it still runs. A process id that now belongs to another program does not count. */
export async function isServerAlive(server: RecordedServer): Promise<boolean> {
  if (server.kind === 'docker') return isContainerRunning(server.program, server.container);
  if (!isAlive(server.pid)) return false;
  const commandLine = await readCommandLine(server.pid);
  return /redis|valkey/.test(commandLine) && commandLine.includes(`:${server.port}`);
}

/** Lets it write its data and end; kills it after {@link STOP_TIMEOUT_MS}. */
export async function stopServer(server: RecordedServer): Promise<void> {
  if (server.kind === 'docker') {
    await stopContainer(server.program, server.container);
    return;
  }
  signal(server.pid, 'SIGTERM');
  const isGone = async (): Promise<boolean> => !(await isServerAlive(server));
  if (await waitUntil(isGone, { timeoutMs: STOP_TIMEOUT_MS })) return;
  signal(server.pid, 'SIGKILL');
  await waitUntil(isGone, { timeoutMs: STOP_TIMEOUT_MS });
}

/** Whether a container of this name runs. */
export async function isContainerRunning(docker: string, container: string): Promise<boolean> {
  const inspect = ['inspect', '--format', '{{.State.Running}}', container];
  const answer = await run(docker, inspect, { timeout: 10_000 }).catch(() => null);
  return answer?.stdout.trim() === 'true';
}

/** Stops a container; nothing when there is none. */
export async function stopContainer(docker: string, container: string): Promise<void> {
  const seconds = String(STOP_TIMEOUT_MS / 1000);
  await run(docker, ['stop', '--time', seconds, container], { timeout: STOP_TIMEOUT_MS + 10_000 }).catch(
    () => undefined,
  );
}

/** Redis writes its address into its own command line: `redis-server 127.0.0.1:6379`. Empty for a zombie. */
async function readCommandLine(pid: number): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'latin1')).replaceAll('\0', ' ');
  } catch {
    const listed = await run('ps', ['-o', 'command=', '-p', String(pid)], { timeout: 5000 }).catch(
      () => null,
    );
    return listed?.stdout ?? '';
  }
}
