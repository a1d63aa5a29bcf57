/** Looking again and again, ever more slowly, never longer than a bound. */
import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 150;
const LONGEST_PAUSE_MS = 2000;

/** Resolves to what `look` finds, or to null when the time is over or the signal says so. */
export async function poll<T>(
  look: () => Promise<T | null>,
  bound: { timeoutMs: number; signal: AbortSignal },
): Promise<T | null> {
  const end = performance.now() + bound.timeoutMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const found = await look();
    const left = end - performance.now();
    if (found !== null || left <= 0 || bound.signal.aborted) return found;
    await rest(Math.min(pause, left), bound.signal);
  }
}

/** Waits, at most until the signal; never rejects. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
