/** Waits until programs say on `/readyz` that they can do their work. */
import { setTimeout as sleep } from 'node:timers/promises';

/** A program with an HTTP port on this machine. */
export interface ReadyTarget {
  name: string;
  port: number;
}

/** How long to wait, who is told meanwhile, and what cuts it short. */
export interface ReadyBound {
  timeoutMs: number;
  onProgress: (message: string) => void;
  cut: AbortSignal;
}

const ASK_EVERY_MS = 150;
const TELL_EVERY_MS = 5000;
const MAX_REASON_CHARS = 500;

/** Resolves when all are ready. Rejects with what each of the others last said, or with the reason of `cut`. */
export async function waitReady(targets: readonly ReadyTarget[], bound: ReadyBound): Promise<void> {
  const end = performance.now() + bound.timeoutMs;
  let tellAt = performance.now() + TELL_EVERY_MS;
  for (;;) {
    const reasons = await Promise.all(targets.map((target) => askReady(target)));
    bound.cut.throwIfAborted();
    const missing = reasons.filter((reason) => reason !== null);
    if (missing.length === 0) return;
    if (performance.now() >= end) {
      throw new Error(`Not ready within ${bound.timeoutMs / 1000} s: ${missing.join('; ')}`);
    }
    if (performance.now() >= tellAt) {
      tellAt += TELL_EVERY_MS;
      bound.onProgress(`still waiting for ${missing.join('; ')}`);
    }
    await sleep(ASK_EVERY_MS);
  }
}

/** null when it is ready, else why not. */
async function askReady(target: ReadyTarget): Promise<string | null> {
  try {
    const url = `http://127.0.0.1:${target.port}/readyz`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(3000), redirect: 'error' });
    const text = await answer.text();
    return answer.ok ? null : `${target.name} (${answer.status}: ${text.slice(0, MAX_REASON_CHARS)})`;
  } catch {
    return `${target.name} (no answer yet)`;
  }
}
