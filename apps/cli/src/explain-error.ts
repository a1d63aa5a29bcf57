/** Anything that was thrown, as one line, a hint, and how the program ends. */
import { ApiError } from '@hooklane/client';
import { HooklaneError } from '@hooklane/core';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { cleanLine } from './terminal/clean-text.ts';

/** What is told about an error. */
export interface Explanation {
  /** `code: detail`, with further lines for further fields at fault. */
  lines: readonly string[];
  hint: string | null;
  exitCode: ExitCode;
}

/** What to do next, by the code of the error. */
const HINTS: Readonly<Record<string, string>> = {
  unreachable: 'Is the server up? Check the address (--url, HOOKLANE_URL), then: hooklane doctor',
  timeout: 'Give it more time with --timeout 60s, or look at its health with: hooklane doctor',
  unexpected_answer: 'Is this the address of a Hooklane server? Find out with: hooklane doctor',
  unauthorized: 'Set HOOKLANE_API_TOKEN to the token of this server, or keep one with: hooklane login',
  not_found: 'Check the id. What there is: hooklane deliveries list, webhooks list, redrives list',
  name_taken: 'Choose another --name, or change the one that is there with: hooklane webhooks edit',
  webhook_disabled: 'Enable it first with: hooklane webhooks enable <id>',
  delivery_in_progress: 'It is tried again by itself. Watch it with: hooklane deliveries show <id>',
  redis_unavailable: 'The server cannot reach its Redis. Try again; see: hooklane doctor',
  producer_overloaded: 'Emit more slowly, or look why Redis is slow with: hooklane doctor',
  too_many_requests: 'Try again in a moment.',
};

/** Never shows the token: no message of the client has it. */
export function explainError(error: unknown): Explanation {
  if (error instanceof CliError) {
    return { lines: [oneLine(error.code, error.message)], hint: error.hint, exitCode: error.exitCode };
  }
  if (error instanceof ApiError) return explainApiError(error);
  if (error instanceof HooklaneError) {
    const exitCode = error.code === 'invalid_setting' ? EXIT.usage : EXIT.failed;
    return { lines: [oneLine(error.code, error.message)], hint: null, exitCode };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { lines: [oneLine('unexpected', detail)], hint: null, exitCode: EXIT.failed };
}

function explainApiError(error: ApiError): Explanation {
  const { code, field } = error;
  const where = field === undefined || error.message.includes(field) ? '' : `${field}: `;
  const more = error.issues.slice(1).map((issue) => `  ${cleanLine(`${issue.field}: ${issue.message}`)}`);
  const isSilent = code === 'unreachable' || code === 'timeout';
  return {
    lines: [oneLine(code, where + error.message), ...more],
    hint: HINTS[code] ?? (error.requestId === null || error.status !== 500 ? null : logHint(error.requestId)),
    exitCode: isSilent ? EXIT.unreachable : EXIT.failed,
  };
}

function logHint(requestId: string): string {
  return `The server's log has more under the request id ${requestId}.`;
}

function oneLine(code: string, detail: string): string {
  return `${code}: ${cleanLine(detail)}`;
}
