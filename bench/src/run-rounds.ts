/** The rounds of a run. They are interleaved, so that a slow minute of the machine falls on every row. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_DELIVERIES } from './options.ts';
import type { Options } from './options.ts';
import { startReceiver } from './receiver/receiver.ts';
import type { Row, Setting } from './rows/row.ts';
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
export interface Rates {
  /** Per row, in the order of the rows: deliveries per second of each round. */
  rates: Map<string, number[]>;
  redisVersion: string;
}

/** No row takes longer than this in a round, ms. */
const ROW_TIMEOUT_MS = 180_000;
/** The round that finds out how many deliveries fill the time. */
const TRIAL_DELIVERIES = 10_000;

/** Measures all rows in all rounds. Rejects as soon as one fails; whatever was started is stopped first. */
export async function runRounds(options: Options, deps: RunDeps): Promise<Rates> {
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-bench-'));
  try {
    await using receiver = await startReceiver();
    let redisVersion = 'none was used';
    const measure = async (row: Row, deliveries: number): Promise<number> => {
      const setting: Setting = {
        deliveries,
        receiver,
        folder,
        signal: AbortSignal.any([deps.signal, AbortSignal.timeout(ROW_TIMEOUT_MS)]),
        onRedis: (version) => (redisVersion = version),
      };
      return row.measure(setting);
    };
    const rates = await measureAll(options, deps, measure);
    return { rates, redisVersion };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Measure = (row: Row, deliveries: number) => Promise<number>;

async function measureAll(options: Options, deps: RunDeps, measure: Measure): Promise<Map<string, number[]>> {
  const plan = await planAll(options, deps, measure);
  const rates = new Map(deps.rows.map((row) => [row.name, [] as number[]]));
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const { row, deliveries } of plan) {
      const rate = await measure(row, deliveries);
      rates.get(row.name)?.push(rate);
      deps.print(progressLine(`round ${round}/${options.rounds}`, row, rate));
    }
  }
  return rates;
}

interface Planned {
  row: Row;
  deliveries: number;
}

async function planAll({ count, seconds }: Options, deps: RunDeps, measure: Measure): Promise<Planned[]> {
  const plan: Planned[] = [];
  for (const row of deps.rows) {
    if (count !== null) {
      plan.push({ row, deliveries: count });
      continue;
    }
    const rate = await measure(row, TRIAL_DELIVERIES);
    deps.print(progressLine('trial', row, rate));
    plan.push({ row, deliveries: Math.min(MAX_DELIVERIES, Math.ceil(rate * seconds)) });
  }
  return plan;
}

function progressLine(round: string, row: Row, rate: number): string {
  return `${round.padEnd(10)}  ${row.name.padEnd(20)}  ${formatValue(rate, 'deliveries/s').padStart(7)} deliveries/s`;
}
