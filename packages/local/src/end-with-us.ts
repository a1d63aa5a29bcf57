/** What we start must not outlive us. */
import { spawn } from 'node:child_process';

/** The pipe to it closes when we are gone. */
const GUARD = 'read -r _; kill -s TERM -- "-$1"; kill -s CONT -- "-$1"';

/**
 * Sends SIGTERM to a process group as soon as this process is gone, in whatever way: kill -9 included. A small shell waits
 * for that. Returns what calls it off; do so when the group has ended, for its id can be given to another.
 */
export function endWithUs(group: number): () => void {
  // In a session of its own: a Ctrl-C of the terminal must not end the guard.
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  // Neither the guard nor the pipe keeps a program running that is done.
  guard.unref();
  if ('unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref();
  return () => {
    guard.kill('SIGKILL');
  };
}
