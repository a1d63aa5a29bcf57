/** What one process holds in this moment, as Linux tells of any process. */
import { readFile, readdir, readlink } from 'node:fs/promises';

/** Of one moment. */
export interface Sample {
  /** Deliveries that the receiver had got. */
  received: number;
  /** Resident memory, bytes. */
  rssBytes: number;
  /** Open sockets: to receivers, to Redis, and the few that Node has. */
  sockets: number;
}

/** Reads both. Rejects when the process is gone, and where there is no `/proc`. */
export async function readHoldings(pid: number): Promise<Omit<Sample, 'received'>> {
  const [status, sockets] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    countSockets(`/proc/${pid}/fd`),
  ]);
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error(`Process ${pid} is gone: it has no memory.`);
  return { rssBytes: Number(kib) * 1024, sockets };
}

async function countSockets(folder: string): Promise<number> {
  const names = await readdir(folder);
  // What was closed since the folder was read is no socket any more.
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return targets.filter((target) => target.startsWith('socket:')).length;
}
