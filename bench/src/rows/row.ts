/** What a row is, and how every row is measured. */
import { startProcess, waitUntil } from '@hooklane/local';
import type { ProcessSpec, RunningProcess } from '@hooklane/local';
import type { Receiver } from '../receiver/receiver.ts';

/** One thing to measure. */
export interface Row {
  name: string;
  /** Delivers about `deliveries`, from a fresh start. Resolves to deliveries per second. */
  measure(setting: Setting): Promise<number>;
}

/** What a measurement is given. */
export interface Setting {
  deliveries: number;
  receiver: Receiver;
  /** For the data of this row. */
  folder: string;
  /** Ends the measurement: it rejects. */
  signal: AbortSignal;
  /** Hears the version of the Redis that is used. */
  onRedis: (version: string) => void;
}

/** The process that sends, once all that it needs is prepared. */
export interface Sending {
  /** Exactly as many as the sender will make. */
  deliveries: number;
  sender: Omit<ProcessSpec, 'onLine'>;
  /** How many deliveries still wait, or are given up on. */
  pending: () => Promise<number>;
}

const STOP_GRACE_MS = 5000;
/** How long it may take to write down the last answers, ms. */
const SETTLE_MS = 10_000;
const SHOWN_LINES = 20;

/**
 * Starts the sender and measures from the first request that the receiver gets to the last, so the start of the process
 * does not count. Rejects when a request is missing, when one came twice, and when something is left behind.
 */
export async function measureSending(setting: Setting, sending: Sending): Promise<number> {
  const { receiver, signal } = setting;
  const { deliveries, sender } = sending;
  signal.throwIfAborted();
  const { complete } = await receiver.expect(deliveries);
  const lines: string[] = [];
  const onLine = (line: string): void => void (lines.length < SHOWN_LINES && lines.push(line));
  const running = await startProcess({ ...sender, onLine });
  try {
    const ms = await Promise.race([complete, died(running), aborted(signal)]);
    await checkEnd(setting, sending);
    return (deliveries / ms) * 1000;
  } catch (error) {
    const count = await receiver.count();
    const summary = `${sender.name}: ${count} of ${deliveries} requests came.`;
    throw new Error([summary, ...lines].join('\n'), { cause: error });
  } finally {
    await running.stop(STOP_GRACE_MS);
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
