/** A lost Redis says so many times a second. */
import type { Logger } from './logger.ts';

const REPEAT_MS = 10_000;

/** Logs a connection error; the same message at most once in ten seconds. */
export function logQuietly(logger: Pick<Logger, 'warn'>): (error: Error) => void {
  let last = { message: '', at: -Infinity };
  return (error) => {
    const at = performance.now();
    if (error.message === last.message && at - last.at < REPEAT_MS) return;
    last = { message: error.message, at };
    logger.warn({ err: error }, 'trouble with the connection to Redis; it is tried again');
  };
}
