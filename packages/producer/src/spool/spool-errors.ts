/** The two errors of a spool, in words that say what to do. */
import { HooklaneError } from '@hooklane/core';

/** `spool_full`: nothing of what was asked for was written. */
export function spoolFull(
  dir: string,
  bound: { used: number; maxBytes: number; wanted: number },
): HooklaneError {
  return new HooklaneError('spool_full', {
    detail:
      `The spool in ${dir} holds ${bound.used} bytes of at most ${bound.maxBytes}; ${bound.wanted} more do not fit,` +
      ' and nothing of this event was written. Bring Redis back or run `hooklane spool flush`, so that the spool' +
      ' empties, or raise maxBytes; then emit the event again.',
  });
}

/** `spool_unwritable`: nothing of what was asked for stays in the spool. */
export function spoolUnwritable(dir: string, cause: unknown): HooklaneError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new HooklaneError('spool_unwritable', {
    detail:
      `The spool in ${dir} cannot be written (${reason}). Free room on its disk, give this user the right to write` +
      ' there, or choose another folder; then emit the event again.',
    cause,
  });
}
