/** How every row of throughput is measured. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startProcess, waitUntil } from '@hooklane/local';
import type { ProcessSpec, RunningProcess } from '@hooklane/local';
import type { Redis } from 'ioredis';
import { costsBetween, readCosts } from '../costs/costs.ts';
import type { Figure, Measured, Setting } from './row.ts';

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
  senders: readonly Omit<ProcessSpec, 'onLine'>[];
  /** Its usage is counted; null: no Redis takes part. */
  redis: Redis | null;
  /** How many deliveries still wait, or are given up on. */
  pending: () => Promise<number>;
}

const STOP_GRACE_MS = 5000;
/** How long it may take to write down the last answers, ms. */
const SETTLE_MS = 10_000;
/** The last answers are written down within it, ms. Costs are read then, before we ask what waits: that costs Redis, too. */
const LAST_SETTLES_MS = 200;
const SHOWN_LINES = 20;

/**
 * Starts the senders and measures from the first request that the receiver gets to the last, so the start of the
 * processes does not count. Rejects when a request is missing, when one came twice, and when something is left behind.
 */
export async function measureSending(setting: Setting, sending: Sending): Promise<Measured> {
  const { receiver, signal } = setting;
  const { deliveries, senders } = sending;
  signal.throwIfAborted();
  const { begun, complete } = await receiver.expect(deliveries);
  const lines: string[] = [];
  const onLine = (line: string): void => void (lines.length < SHOWN_LINES && lines.push(line));
  const running: RunningProcess[] = [];
  try {
    for (const sender of senders) running.push(await startProcess({ ...sender, onLine }));
    const sources = { senders: running.map(({ pid }) => pid), receiver: receiver.pid, redis: sending.redis };
    const stopped = Promise.race([...running.map(died), aborted(signal)]);
    await Promise.race([begun, stopped]);
    const before = await readCosts(sources);
    const { ms } = await Promise.race([complete, stopped]);
    await Promise.race([sleep(LAST_SETTLES_MS), stopped]);
    const after = await readCosts(sources);
    await Promise.race([checkEnd(setting, sending), stopped]);
    return { rate: (deliveries / ms) * 1000, ...costsBetween(before, after, deliveries) };
  } catch (error) {
    const count = await receiver.count();
    const summary = `${senders[0]?.name}: ${count} of ${deliveries} requests came.`;
    throw new Error([summary, ...lines].join('\n'), { cause: error });
  } finally {
    await Promise.all(running.map((process) => process.stop(STOP_GRACE_MS)));
  }
}

async function checkEnd({ receiver }: Setting, { deliveries, pending }: Sending): Promise<void> {
  const isSettled = await waitUntil(async () => (await pending()) === 0, { timeoutMs: SETTLE_MS });
  if (!isSettled) throw new Error(`${await pending()} deliveries are still pending.`);
  // Asked last, so that a repeat would be seen.
  const count = await receiver.count();
  if (count !== deliveries) throw new Error(`${count} requests came for ${deliveries} deliveries.`);
}

async function died(running: RunningProcess): Promise<never> {
  const { code, signal } = await running.ended;
  throw new Error(`The process ended by itself (${signal ?? `exit code ${code}`}).`);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
