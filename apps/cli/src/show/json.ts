/** Answers for programs. */
import type { Terminal } from '../terminal/terminal.ts';

/** One value, indented. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.print(JSON.stringify(value, null, 2));
}

/** One value on one line, for output that goes on. */
export function printJsonLine(terminal: Terminal, value: unknown): void {
  terminal.print(JSON.stringify(value));
}
