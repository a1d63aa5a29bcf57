/** One row: the house is built, the load begins, the fault comes, the ledger is held against the house. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultContext, FaultResult } from './fault.ts';
import { startHouse } from './house.ts';
import type { House, RedisUnderTest } from './house.ts';
import { requestsOf } from './ledger.ts';
import type { OwedDelivery } from './ledger.ts';
import { readDeliveries } from './read-deliveries.ts';
import { reckon } from './reckon.ts';
import type { Reckoning } from './reckon.ts';

/** How a row is run. */
export interface RunOptions {
  short: boolean;
  signal: AbortSignal;
  say: (line: string) => void;
  /** Each line of the programs; for looking into a row that failed. */
  onLine?: (program: string, line: string) => void;
}

const PER_SECOND = 60;
const WARM_UP_MS = { short: 1500, full: 4000 };
const AFTERMATH_MS = { short: 1000, full: 4000 };
/** No row waits longer for what is owed, ms. */
const SETTLED_MS = 120_000;
/** After the last request its result may take as long to be written, ms. */
const WRITTEN_MS = 30_000;

/** Runs a fault. Rejects only when the house could not be built or the signal cut it short. */
export async function runFault<R extends RedisUnderTest>(
  fault: Fault<R>,
  options: RunOptions,
): Promise<FaultResult> {
  const begun = performance.now();
  const missing = (await fault.missing?.()) ?? null;
  if (missing !== null) return skipped(fault, missing);
  const redis = await fault.startRedis();
  try {
    const house = await startHouse<R>({
      redis,
      workers: fault.workers ?? 3,
      replicas: fault.replicas ?? 0,
      shards: fault.shards ?? 1,
      perSecond: PER_SECOND,
      ...(fault.accounts === undefined ? {} : { accounts: fault.accounts }),
      ...(fault.env === undefined ? {} : { env: fault.env }),
      ...(fault.workerNodeArgs === undefined ? {} : { workerNodeArgs: fault.workerNodeArgs }),
      ...(fault.serverRedisUrl === undefined ? {} : { serverRedisUrl: fault.serverRedisUrl(redis) }),
      ...(fault.spoolFolder === undefined ? {} : { spoolFolder: fault.spoolFolder(redis) }),
      ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
    });
    try {
      const reckoning = await runIn(house, fault, options);
      return resultOf({ fault, house, reckoning, seconds: (performance.now() - begun) / 1000 });
    } finally {
      await house.stop();
    }
  } finally {
    await redis.stop();
  }
}

async function runIn<R extends RedisUnderTest>(
  house: House<R>,
  fault: Fault<R>,
  options: RunOptions,
): Promise<Reckoning> {
  const length = options.short ? 'short' : 'full';
  const context: FaultContext = {
    ...options,
    pause: (ms) => sleep(ms, undefined, { signal: options.signal }),
  };
  house.load.start();
  try {
    await context.pause(WARM_UP_MS[length]);
    await fault.inject(house, context);
    if (house.mendedAt === null) house.mended();
    await context.pause(AFTERMATH_MS[length]);
  } finally {
    await house.load.stop();
  }
  await settled(house, context);
  return reckonWhenWritten(house, context, fault);
}

/** Until the receiver has seen everything, or for two minutes. */
async function settled(house: House, { pause, say }: FaultContext): Promise<void> {
  const end = performance.now() + SETTLED_MS;
  let told = performance.now();
  for (let missing = house.ledger.missing(); missing > 0; missing = house.ledger.missing()) {
    if (performance.now() > end) return;
    if (performance.now() > told + 10_000) {
      told = performance.now();
      say(`${missing} deliveries have not come yet`);
    }
    await pause(200);
  }
}

/** Results are written a moment after the answer, and by a run that took over a moment later still. */
async function reckonWhenWritten(
  house: House,
  { pause }: FaultContext,
  { forgets = false, early = false }: Pick<Fault, 'forgets' | 'early'>,
): Promise<Reckoning> {
  const end = performance.now() + WRITTEN_MS;
  for (;;) {
    const known = await readDeliveries(house.programs);
    const reckoning = reckon(house.ledger, known, house.hooks, { forgets, early });
    if (reckoning.problems.length === 0 || performance.now() > end) return reckoning;
    await pause(1000);
  }
}

interface Run<R extends RedisUnderTest> {
  fault: Fault<R>;
  house: House<R>;
  reckoning: Reckoning;
  seconds: number;
}

function resultOf<R extends RedisUnderTest>({ fault, house, reckoning, seconds }: Run<R>): FaultResult {
  const { explainedRepeats, problems, ...counts } = reckoning;
  if (counts.owed === 0) problems.push('nothing was owed, so nothing was shown');
  if (fault.repeats === null && counts.repeats > 0)
    problems.push(`${counts.repeats} repeats where none may be`);
  if (counts.repeats > explainedRepeats) {
    problems.push(`${counts.repeats - explainedRepeats} of ${counts.repeats} repeats are not explained`);
  }
  return {
    name: fault.name,
    title: fault.title,
    verdict: problems.length === 0 && counts.lost === 0 ? 'ok' : 'failed',
    ...counts,
    repeatsBecause: fault.repeats,
    refused: house.ledger.refused,
    unacknowledged: house.ledger.unacknowledged,
    recoveredMs: sinceMended(house, () => 1),
    caughtUpMs: sinceMended(house, ({ fate }) => requestsOf(fate)),
    seconds,
    problems,
  };
}

/** Until the last delivery that was accepted before the end of the fault had so many tries; null: one never had. */
function sinceMended({ ledger, mendedAt }: House, tries: (owed: OwedDelivery) => number): number | null {
  if (mendedAt === null) return null;
  let last = mendedAt;
  for (const owed of ledger.owed()) {
    if (owed.acceptedAt > mendedAt) continue;
    const receipt = owed.receipts[tries(owed) - 1];
    if (receipt === undefined) return null;
    last = Math.max(last, receipt.at);
  }
  return last - mendedAt;
}

function skipped(
  { name, title, repeats }: Pick<Fault, 'name' | 'title' | 'repeats'>,
  why: string,
): FaultResult {
  return {
    name,
    title,
    verdict: 'skipped',
    accepted: 0,
    owed: 0,
    delivered: 0,
    dead: 0,
    due: 0,
    lost: 0,
    repeats: 0,
    repeatsBecause: repeats,
    interrupted: 0,
    refused: 0,
    unacknowledged: 0,
    recoveredMs: null,
    caughtUpMs: null,
    seconds: 0,
    problems: [why],
  };
}
