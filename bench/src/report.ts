/** What a run ends with: the rows, and what they were measured on. */
import { createRequire } from 'node:module';
import { cpus, release, totalmem, type } from 'node:os';
import { ratios, summarize } from './statistics.ts';

/** One row of the result. */
export interface ResultRow {
  name: string;
  median: number;
  min: number;
  max: number;
  unit: 'deliveries/s' | 'ratio';
}

/** The file of `--json`. */
export interface Report {
  rows: ResultRow[];
  machine: { cpu: string; cores: number; memoryGiB: number; system: string };
  /** RFC 3339, UTC: when the run ended. */
  date: string;
  versions: Record<string, string>;
}

/** A quotient that is shown when both of its rows were measured. */
interface Ratio {
  above: string;
  below: string;
}

/** What the benchmark is for: how near to the ceiling, and how far from the usual way. */
const RATIOS: readonly Ratio[] = [1, 10].flatMap((fanOut) => [
  { above: `hooklane fan-out ${fanOut}`, below: 'ceiling' },
  { above: `hooklane fan-out ${fanOut}`, below: `baseline fan-out ${fanOut}` },
]);

/** The rows of a result. `rates`: per row the deliveries per second of each round. */
export function resultRows(rates: ReadonlyMap<string, readonly number[]>): ResultRow[] {
  const measured = [...rates].map(([name, values]): ResultRow => ({
    name,
    ...summarize(values),
    unit: 'deliveries/s',
  }));
  const derived = RATIOS.flatMap(({ above, below }): ResultRow[] => {
    const values = ratios(rates.get(above) ?? [], rates.get(below) ?? []);
    return values.length === 0 ? [] : [{ name: `${above} / ${below}`, ...summarize(values), unit: 'ratio' }];
  });
  return [...measured, ...derived];
}

/** Completes the rows. `redisVersion`: of the server that was measured. */
export function makeReport(rows: ResultRow[], redisVersion: string): Report {
  const processors = cpus();
  return {
    rows,
    machine: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${type()} ${release()} ${process.arch}`,
    },
    date: new Date().toISOString(),
    versions: {
      hooklane: versionOf('../package.json'),
      node: process.versions.node,
      redis: redisVersion,
      bullmq: versionOf('bullmq/package.json'),
      ioredis: versionOf('ioredis/package.json'),
      undici: versionOf('undici/package.json'),
    },
  };
}

const require = createRequire(import.meta.url);

function versionOf(manifest: string): string {
  return (require(manifest) as { version: string }).version;
}
