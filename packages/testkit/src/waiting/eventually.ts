/** Waiting for what will be true soon, never longer than a bound. */
import { setTimeout as sleep } from 'node:timers/promises';

/** How long and how often to look. */
export interface EventuallyOptions {
  /** The last look begins at most this long after the first, ms. Default 10,000. */
  timeoutMs?: number;
  /** Between two looks, ms. Default 20. */
  everyMs?: number;
  /** What is waited for; begins the message when it does not come. */
  describe?: string;
}

/**
 * Calls `look` until it no longer throws, and resolves to what it returns. Put the `expect` into it. When the time is
 * over it rejects with the last failure, whose message then begins with what was waited for and for how long.
 */
export async function eventually<T>(look: () => Promise<T> | T, options: EventuallyOptions = {}): Promise<T> {
  const { timeoutMs = 10_000, everyMs = 20, describe = 'what was expected' } = options;
  const start = performance.now();
  for (;;) {
    try {
      return await look();
    } catch (error) {
      const waited = performance.now() - start;
      if (waited >= timeoutMs) throw explain(error, `${describe} did not come within ${timeoutMs} ms`);
      await sleep(Math.min(everyMs, timeoutMs - waited));
    }
  }
}

/** The same error, so that Jest still shows its difference and place. */
function explain(error: unknown, what: string): Error {
  if (!(error instanceof Error)) return new Error(`${what}: ${String(error)}`, { cause: error });
  error.message = `${what}:\n${error.message}`;
  return error;
}
