/** What the command line itself finds wrong, before or after it asked the server. */
import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';

/** An error with a code, a sentence, what to do next, and how the program ends. */
export class CliError extends Error {
  readonly code: string;
  readonly hint: string | null;
  readonly exitCode: ExitCode;

  constructor(code: string, detail: string, more: { hint?: string; exitCode?: ExitCode } = {}) {
    super(detail);
    this.name = 'CliError';
    this.code = code;
    this.hint = more.hint ?? null;
    this.exitCode = more.exitCode ?? EXIT.failed;
  }
}

/** A command that cannot be carried out as it was written. */
export function usageError(detail: string, hint?: string): CliError {
  return new CliError('usage', detail, { exitCode: EXIT.usage, ...(hint === undefined ? {} : { hint }) });
}
