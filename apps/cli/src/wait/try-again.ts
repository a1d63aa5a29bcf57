/** A note that a wait goes on although the server is away. */
import type { ApiError } from '@hooklane/client';
import { cleanLine } from '../terminal/clean-text.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** For `onTrouble` of `poll`. */
export function tellsTrouble(terminal: Terminal): (trouble: ApiError) => void {
  return ({ code, message }) => terminal.note(`${code}: ${cleanLine(message)} Trying again.`);
}
