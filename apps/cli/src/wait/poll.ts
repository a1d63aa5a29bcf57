/** Looking again and again, ever more slowly, never longer than a bound. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@hooklane/client';

const FIRST_PAUSE_MS = 150;
const LONGEST_PAUSE_MS = 2000;
/** For an answer that is on its way when the time is over. */
const LAST_LOOK_MS = 2000;

/** How long and how patiently to look. */
export interface PollBound {
  timeoutMs: number;
  /** Ends it. */
  signal: AbortSignal;
  /** A server that is away for so long without a break ends it, ms; without it, the whole time. */
  patienceMs?: number;
  /** Told of the first trouble of each break. */
  onTrouble: (trouble: ApiError) => void;
}

/**
 * Resolves to what `look` finds, or to null when the time is over or the signal says so. A server that is away for a
 * while is looked for again; throws its trouble when it is still away at the end.
 */
export async function poll<T>(
  look: (signal: AbortSignal) => Promise<T | null>,
  bound: PollBound,
): Promise<T | null> {
  const end = performance.now() + bound.timeoutMs;
  const stop = AbortSignal.any([bound.signal, AbortSignal.timeout(bound.timeoutMs + LAST_LOOK_MS)]);
  let awaySince: number | null = null;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const { found, trouble } = await lookOnce(look, stop);
    if (found !== null || bound.signal.aborted) return found;
    const now = performance.now();
    if (trouble !== null && awaySince === null) bound.onTrouble(trouble);
    awaySince = trouble === null ? null : (awaySince ?? now);
    const left = Math.min(end, (awaySince ?? now) + (bound.patienceMs ?? Infinity)) - now;
    if (left <= 0 && trouble !== null) throw trouble;
    if (left <= 0) return null;
    await rest(Math.min(pause, left), bound.signal);
  }
}

type Look<T> = { found: T | null; trouble: ApiError | null };

async function lookOnce<T>(
  look: (signal: AbortSignal) => Promise<T | null>,
  stop: AbortSignal,
): Promise<Look<T>> {
  try {
    return { found: await look(stop), trouble: null };
  } catch (error) {
    if (stop.aborted) return { found: null, trouble: null };
    if (!isPassingTrouble(error)) throw error;
    return { found: null, trouble: error };
  }
}

/** No connection, no answer in time, too many requests, or a fault of the server: later may be better. */
export function isPassingTrouble(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  const { code, status } = error;
  return code === 'unreachable' || code === 'timeout' || status === 429 || (status ?? 0) >= 500;
}

/** Waits, at most until the signal; never rejects. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
