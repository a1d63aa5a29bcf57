/** Waiting for something that can only be asked. */
import { setTimeout as sleep } from 'node:timers/promises';

/** How often and how long to ask. */
export interface WaitBound {
  timeoutMs: number;
  /** Between two questions; 50 ms when missing. */
  everyMs?: number;
}

/** Asks until the answer is true, at once for the first time; false when the time is over. */
export async function waitUntil(ask: () => Promise<boolean> | boolean, bound: WaitBound): Promise<boolean> {
  const end = performance.now() + bound.timeoutMs;
  for (;;) {
    if (await ask()) return true;
    if (performance.now() >= end) return false;
    await sleep(bound.everyMs ?? 50);
  }
}
