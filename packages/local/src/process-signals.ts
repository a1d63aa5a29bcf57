/** Signals to processes that may be gone already, and what ends with us. */

/** Sends a signal to a process (negative: to a process group); false when there is none any more. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/** Whether a process of this id exists, of any user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM';
  }
}

const groups = new Set<number>();
let hooked = false;

/**
 * Ends a process group when this process exits in any way that runs exit handlers (kill -9 does not).
 * Returns what forgets it again.
 */
export function endWithUs(pid: number): () => void {
  groups.add(pid);
  if (!hooked) {
    hooked = true;
    process.on('exit', () => {
      for (const group of groups) signal(-group, 'SIGTERM');
    });
  }
  return () => groups.delete(pid);
}
