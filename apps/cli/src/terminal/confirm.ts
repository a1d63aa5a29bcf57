/** Asking before something that cannot be taken back. */
import { CliError, usageError } from '../cli-error.ts';
import type { Terminal } from './terminal.ts';

/** Resolves when the person says yes. Throws `declined`, or `usage` when nobody can be asked. `--yes` asks nobody. */
export async function confirm(terminal: Terminal, question: string, yes: boolean | undefined): Promise<void> {
  if (yes === true) return;
  if (!terminal.canAsk) throw usageError(`${question} Nobody can be asked here.`, 'Say --yes to go ahead.');
  const answer = await terminal.ask(`${question} [y/N] `);
  if (/^y(es)?$/i.test(answer)) return;
  throw new CliError('declined', 'Nothing was changed.');
}
