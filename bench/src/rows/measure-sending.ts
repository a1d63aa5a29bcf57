/** How every row of throughput is measured. */
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import type { Redis } from 'ioredis';
import { costsBetween, readCosts } from '../costs/costs.ts';
import type { Expectation } from '../receiver/receiver.ts';
import type { Figure, Measured, Setting } from './row.ts';
import { withProcesses } from './with-processes.ts';
import type { Program } from './with-processes.ts';

/** What is measured of it. */
export const RATE: Figure = { key: 'rate', label: '', unit: 'deliveries/s' };
/** What a delivery costs beside; see `costs/costs.ts`. */
export const COSTS: readonly Figure[] = [
  { key: 'senderCpu', label: 'sender CPU', unit: 'µs/delivery' },
  { key: 'redisCpu', label: 'Redis CPU', unit: 'µs/delivery' },
  { key: 'receiverCpu', label: 'receiver CPU', unit: 'µs/delivery' },
  { key: 'commands', label: 'Redis commands', unit: 'commands/delivery' },
  { key: 'scripts', label: 'Redis scripts', unit: 'scripts/delivery' },
  { key: 'redisBytes', label: 'Redis traffic', unit: 'bytes/delivery' },
  { key: 'senderPeak', label: 'sender memory', unit: 'MiB' },
];

/** The processes that send, once all that they need is prepared. */
export interface Sending {
  /** About as many as are to be measured. */
  deliveries: number;
  /** Puts about so many deliveries where the senders find them; resolves to how many there are. They are as good as paused meanwhile. */
  fill: (deliveries: number) => Promise<number>;
  senders: readonly Program[];
  /** Its usage is counted; null: no Redis takes part. */
  redis: Redis | null;
  /** How many deliveries still wait, or are given up on. */
  pending: () => Promise<number>;
  /** Measured from the start of the processes on, which have everything to compile; false when missing. */
  cold?: boolean;
}

/** How long it may take to write down the last answers, ms. */
const SETTLE_MS = 10_000;
/** The last answers are written down within it, ms. Costs are read then, before we ask what waits: that costs Redis, too. */
const LAST_SETTLES_MS = 200;
/** What a sender does before it is measured, so that V8 has compiled what it runs: half as much again, at most this. */
const MOST_WARM_UP = 40_000;

/** How many deliveries are made before so many are measured. */
export function warmUpOf(deliveries: number): number {
  return Math.min(MOST_WARM_UP, Math.ceil(deliveries / 2));
}

/**
 * Starts the senders, lets them make the deliveries of the warm-up, stops them (SIGSTOP) while the others are put in place, and
 * measures from the first request that the receiver gets then to the last. Rejects when a request is missing, when one came
 * twice, and when something is left behind.
 */
export async function measureSending(setting: Setting, sending: Sending): Promise<Measured> {
  const { signal, receiver } = setting;
  const { cold = false, deliveries, senders } = sending;
  // Of several senders the first to be up takes the most.
  const first = await sending.fill(cold ? deliveries : warmUpOf(deliveries) * senders.length);
  const expectation = await receiver.expect(first);
  let expected = first;
  try {
    return await withProcesses(senders, signal, async (running) => {
      if (cold) return await measure(setting, sending, { running, expected, expectation });
      await expectation.complete;
      await checkEnd(setting, { deliveries: expected, pending: sending.pending });
      await sleep(LAST_SETTLES_MS);
      for (const { pid } of running) process.kill(pid, 'SIGSTOP');
      expected = await sending.fill(deliveries);
      const next = await receiver.expect(expected);
      for (const { pid } of running) process.kill(pid, 'SIGCONT');
      return await measure(setting, sending, { running, expected, expectation: next });
    });
  } catch (error) {
    const count = await receiver.count();
    throw new Error(`${senders[0]?.name}: ${count} of ${expected} requests came.`, { cause: error });
  }
}

interface Begun {
  running: readonly RunningProcess[];
  expected: number;
  expectation: Expectation;
}

async function measure(
  setting: Setting,
  { redis, pending }: Sending,
  { running, expected, expectation }: Begun,
): Promise<Measured> {
  const sources = { senders: running.map(({ pid }) => pid), receiver: setting.receiver.pid, redis };
  await expectation.begun;
  const before = await readCosts(sources);
  const ms = await expectation.complete;
  await sleep(LAST_SETTLES_MS);
  const after = await readCosts(sources);
  await checkEnd(setting, { deliveries: expected, pending });
  return { rate: (expected / ms) * 1000, ...costsBetween(before, after, expected) };
}

/** Rejects unless everything came once, and nothing waits. */
export async function checkEnd(
  { receiver }: Pick<Setting, 'receiver'>,
  { deliveries, pending }: { deliveries: number; pending: Sending['pending'] },
): Promise<void> {
  const isSettled = await waitUntil(async () => (await pending()) === 0, { timeoutMs: SETTLE_MS });
  if (!isSettled) throw new Error(`${await pending()} deliveries are still pending.`);
  // Asked last, so that a repeat would be seen.
  const count = await receiver.count();
  if (count !== deliveries) throw new Error(`${count} requests came for ${deliveries} deliveries.`);
}
