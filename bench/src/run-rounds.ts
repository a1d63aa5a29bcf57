/** The rounds of a run. They are interleaved, so that a slow minute of the machine falls on every row. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Options } from './options.ts';
import { openAuthority } from './receiver/authority.ts';
import { startReceiver } from './receiver/receiver.ts';
import type { MeasuredRow } from './report.ts';
import type { Measured, Row, Setting } from './rows/row.ts';
import { formatValue } from './table.ts';

/** What is needed beside the options. */
export interface RunDeps {
  rows: readonly Row[];
  /** Ends the run. */
  signal: AbortSignal;
  /** Gets a line of progress. */
  print: (line: string) => void;
}

/** What was measured. */
export interface RunResult {
  /** In the order of the rows. */
  measured: MeasuredRow[];
  redisVersion: string;
}

/** No row takes longer than this in a round, ms; one that waits for an endpoint to be down and back may. */
const ROW_TIMEOUT_MS = 180_000;
const OUTAGE_TIMEOUT_MS = 900_000;
/** The round that finds out how many deliveries fill the time. */
const TRIAL_DELIVERIES = 10_000;

function timeoutOf({ group }: Row): number {
  return group === 'outage' ? OUTAGE_TIMEOUT_MS : ROW_TIMEOUT_MS;
}

/** Measures all rows in all rounds. Rejects as soon as one fails; whatever was started is stopped first. */
export async function runRounds(options: Options, deps: RunDeps): Promise<RunResult> {
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-bench-'));
  try {
    const isSecure = deps.rows.some(({ secure }) => secure);
    await using authority = isSecure ? await openAuthority(folder) : null;
    await using receiver = await startReceiver(authority);
    let redisVersion = 'none was used';
    const measure: Measure = async (row, { deliveries, round }) => {
      const setting: Setting = {
        deliveries,
        seconds: options.seconds,
        count: options.count,
        round,
        receiver,
        folder,
        signal: AbortSignal.any([deps.signal, AbortSignal.timeout(timeoutOf(row))]),
        onRedis: (version) => (redisVersion = version),
      };
      return row.measure(setting);
    };
    const measured = await measureAll(options, deps, measure);
    return { measured, redisVersion };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Measure = (row: Row, size: Pick<Setting, 'deliveries' | 'round'>) => Promise<Measured>;

async function measureAll(options: Options, deps: RunDeps, measure: Measure): Promise<MeasuredRow[]> {
  const plan = await planAll(options, deps, measure);
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const { row, deliveries, rounds } of plan) {
      const measured = await measure(row, { deliveries, round });
      rounds.push(measured);
      deps.print(progressLine(`round ${round}/${options.rounds}`, row, measured));
    }
  }
  return plan;
}

interface Planned {
  row: Row;
  deliveries: number;
  rounds: Measured[];
}

async function planAll({ count, seconds }: Options, deps: RunDeps, measure: Measure): Promise<Planned[]> {
  const plan: Planned[] = [];
  for (const row of deps.rows) {
    if (count !== null || row.most === null) {
      plan.push({ row, deliveries: Math.min(row.most ?? 0, count ?? 0), rounds: [] });
      continue;
    }
    const trial = await measure(row, { deliveries: Math.min(row.most, TRIAL_DELIVERIES), round: 0 });
    deps.print(progressLine('trial', row, trial));
    const deliveries = Math.min(row.most, Math.ceil((trial['rate'] ?? 0) * seconds));
    plan.push({ row, deliveries, rounds: [] });
  }
  return plan;
}

function progressLine(round: string, { name, figures }: Row, measured: Measured): string {
  const [first] = figures;
  const value = first === undefined ? '' : formatValue(measured[first.key] ?? 0, first.unit);
  return `${round.padEnd(10)}  ${name.padEnd(34)}  ${value.padStart(7)} ${first?.unit ?? ''}`;
}
