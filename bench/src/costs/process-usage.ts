/** What a process has used so far, as Linux tells of any process. */
import { readFile } from 'node:fs/promises';

/** Of one process. */
export interface ProcessUsage {
  /** User and system time of all its threads, µs; the kernel counts in steps of 10 ms. */
  cpuMicros: number;
  /** The most memory that it held at any time, bytes. */
  peakBytes: number;
}

/** Linux counts in hundredths of a second on every architecture that Node runs on. */
const MICROS_PER_TICK = 10_000;
/** Positions of utime and stime behind the name of the program, which stands in parentheses and may hold anything. */
const [USER_AT, SYSTEM_AT] = [11, 12];

/** Reads it; null where there is no `/proc`, and when the process is gone. */
export async function readProcessUsage(pid: number): Promise<ProcessUsage | null> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
    ]);
    return parseProcessUsage(stat, status);
  } catch {
    return null;
  }
}

/** The texts of `/proc/<pid>/stat` and `/proc/<pid>/status`. */
export function parseProcessUsage(stat: string, status: string): ProcessUsage {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[USER_AT]) + Number(fields[SYSTEM_AT]);
  const peakKiB = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  return { cpuMicros: ticks * MICROS_PER_TICK, peakBytes: peakKiB * 1024 };
}
