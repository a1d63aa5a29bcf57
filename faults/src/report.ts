/** The result as data: what `--json` writes. */
import { cpus, release, totalmem, type } from 'node:os';
import type { FaultResult } from './kit/fault.ts';
import type { ReceiversResult } from './receivers/run-receivers.ts';

/** A whole run. */
export interface Report {
  /** RFC 3339, UTC. */
  date: string;
  machine: string;
  short: boolean;
  rows: readonly FaultResult[];
  /** null: none was run. */
  receivers: ReceiversResult | null;
}

/** Puts the results together. */
export function makeReport(result: Pick<Report, 'rows' | 'receivers' | 'short'>): Report {
  const model = cpus()[0]?.model.trim() ?? 'an unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const machine = `${cpus().length} × ${model}, ${memory}, ${type()} ${release()}, Node ${process.versions.node}`;
  return { date: new Date().toISOString(), machine, ...result };
}
