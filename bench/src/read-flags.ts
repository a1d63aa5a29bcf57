/** What is typed behind a command, with errors that say what would do. */
import { UsageError } from '@hooklane/local';

/** What `read` gives; whatever it throws is the fault of who typed. */
export function orUsageError<Values>(read: () => Values): Values {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** A whole number within bounds. Throws UsageError with the flag, the bounds and the text. */
export function whole(flag: string, text: string, [min, max]: readonly [number, number]): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${flag} must be a whole number from ${min} to ${max}; this one is "${text}".`);
}
