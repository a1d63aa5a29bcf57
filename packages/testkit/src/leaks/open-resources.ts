/** What this process holds open: sockets, servers, timers, and the processes that it started. */
import { readFileSync, readdirSync } from 'node:fs';

/** How many of each kind are open, and which processes are our children. */
export interface OpenResources {
  /** Kind as Node names it → how many keep the process alive. Only kinds of {@link WATCHED_KINDS}. */
  readonly counts: ReadonlyMap<string, number>;
  /** Process id → its command line. Empty where there is no /proc. */
  readonly children: ReadonlyMap<number, string>;
}

/**
 * The kinds that a test must close, with the words for a message. Not watched: what ends by itself (file requests, name
 * look-ups, immediates), and anything unref'ed, which Node does not list because it keeps nothing alive.
 */
const WATCHED_KINDS: Readonly<Record<string, string>> = {
  TCPSocketWrap: 'TCP socket',
  TCPServerWrap: 'TCP server',
  TLSWrap: 'TLS socket',
  UDPWrap: 'UDP socket',
  PipeWrap: 'pipe or Unix socket',
  PipeServerWrap: 'Unix socket server',
  ProcessWrap: 'child process',
  Timeout: 'timer',
  FSEvent: 'file watcher',
  StatWatcher: 'file watcher',
  MessagePort: 'message port or worker thread',
};

/** Looks now. */
export function openResources(): OpenResources {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind in WATCHED_KINDS) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return { counts, children: childProcesses() };
}

/** One line for each kind of thing that is open now and was not before. Empty: nothing leaked. */
export function describeLeaks(before: OpenResources, now: OpenResources): string[] {
  const leaks: string[] = [];
  for (const [kind, count] of now.counts) {
    const more = count - (before.counts.get(kind) ?? 0);
    if (more > 0) leaks.push(`${more} ${WATCHED_KINDS[kind]}${more === 1 ? '' : 's'} (${kind})`);
  }
  for (const [pid, command] of now.children) {
    if (!before.children.has(pid)) leaks.push(`process ${pid}: ${command}`);
  }
  return leaks;
}

/** Also those that are detached and unref'ed, which Node does not list: a server in the background is a leak too. */
function childProcesses(): Map<number, string> {
  const children = new Map<number, string>();
  for (const pid of childIds()) {
    const command = readProc(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    // A process that has ended has no command line; Node is about to collect it.
    if (command !== '') children.set(pid, command.slice(0, 200));
  }
  return children;
}

function childIds(): number[] {
  const threads = listProc('/proc/self/task');
  const lines = threads.map((thread) => readProc(`/proc/self/task/${thread}/children`));
  return lines.flatMap((line) => line.split(' ').filter((id) => id.trim() !== '')).map(Number);
}

/** A thread or process may end while it is read; elsewhere than on Linux there is no /proc. */
function readProc(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function listProc(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
