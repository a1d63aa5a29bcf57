/** How every row of throughput is measured. */
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '@hooklane/local';
import type { Redis } from 'ioredis';
import { costsBetween, readCosts } from '../costs/costs.ts';
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
  /** Exactly as many as the senders will make. */
  deliveries: number;
  senders: readonly Program[];
  /** Its usage is counted; null: no Redis takes part. */
  redis: Redis | null;
  /** How many deliveries still wait, or are given up on. */
  pending: () => Promise<number>;
}

/** How long it may take to write down the last answers, ms. */
const SETTLE_MS = 10_000;
/** The last answers are written down within it, ms. Costs are read then, before we ask what waits: that costs Redis, too. */
const LAST_SETTLES_MS = 200;

/**
 * Starts the senders and measures from the first request that the receiver gets to the last, so the start of the
 * processes does not count. Rejects when a request is missing, when one came twice, and when something is left behind.
 */
export async function measureSending(setting: Setting, sending: Sending): Promise<Measured> {
  const { receiver, signal } = setting;
  const { deliveries, senders } = sending;
  const { begun, complete } = await receiver.expect(deliveries);
  try {
    return await withProcesses(senders, signal, async (running) => {
      const pids = running.map(({ pid }) => pid);
      const sources = { senders: pids, receiver: receiver.pid, redis: sending.redis };
      await begun;
      const before = await readCosts(sources);
      const ms = await complete;
      await sleep(LAST_SETTLES_MS);
      const after = await readCosts(sources);
      await checkEnd(setting, sending);
      return { rate: (deliveries / ms) * 1000, ...costsBetween(before, after, deliveries) };
    });
  } catch (error) {
    const count = await receiver.count();
    throw new Error(`${senders[0]?.name}: ${count} of ${deliveries} requests came.`, { cause: error });
  }
}

/** Rejects unless everything came once, and nothing waits. */
export async function checkEnd(
  { receiver }: Pick<Setting, 'receiver'>,
  { deliveries, pending }: Pick<Sending, 'deliveries' | 'pending'>,
): Promise<void> {
  const isSettled = await waitUntil(async () => (await pending()) === 0, { timeoutMs: SETTLE_MS });
  if (!isSettled) throw new Error(`${await pending()} deliveries are still pending.`);
  // Asked last, so that a repeat would be seen.
  const count = await receiver.count();
  if (count !== deliveries) throw new Error(`${count} requests came for ${deliveries} deliveries.`);
}
