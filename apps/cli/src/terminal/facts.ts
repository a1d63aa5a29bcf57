/** Names and values, one under the other. */
import stringWidth from 'string-width';
import { cleanLine } from './clean-text.ts';
import type { Style, Terminal } from './terminal.ts';

/** A name, its value, and the value's style. A value of null leaves the line out. */
export type Fact = readonly [name: string, value: string | null, style?: Style | null];

/** Prints them with the values aligned; for a program a tab stands between the two. */
export function printFacts(terminal: Terminal, facts: readonly Fact[]): void {
  const shown = facts.filter(([, value]) => value !== null);
  const width = Math.max(0, ...shown.map(([name]) => stringWidth(name)));
  for (const [name, value, style] of shown) {
    const text = cleanLine(value ?? '');
    if (!terminal.isInteractive) terminal.print(`${name}\t${text}`);
    else {
      const label = terminal.paint('dim', name.padEnd(width));
      terminal.print(
        `${label}  ${style === undefined || style === null ? text : terminal.paint(style, text)}`,
      );
    }
  }
}
