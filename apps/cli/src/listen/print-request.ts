/** What a receiver heard, on the screen. */
import type { HeardRequest } from './receiver.ts';
import { showClock } from '../show/times.ts';
import { cleanLine, cleanLines } from '../terminal/clean-text.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Lines of a body that are shown. */
const MAX_BODY_LINES = 40;

const HEADERS = [
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'x-hub-signature-256',
  'hooklane-delivery',
  'user-agent',
  'content-type',
] as const;

/** A line with the sum of it, the headers of interest, the body. */
export function printRequest(terminal: Terminal, request: HeardRequest): void {
  const { headers, status } = request;
  const event = one(headers['hooklane-event']) ?? 'no hooklane-event';
  const attempt = one(headers['hooklane-attempt']);
  const parts = [
    showClock(new Date(request.at).toISOString()),
    terminal.paint('bold', cleanLine(`${request.method} ${request.path}`)),
    cleanLine(attempt === undefined ? event : `${event}, try ${attempt}`),
    verdict(terminal, request),
    terminal.paint(status < 300 ? 'green' : 'red', `→ ${status}`),
  ];
  terminal.print(parts.join('  '));
  for (const name of HEADERS) {
    const value = one(headers[name]);
    if (value !== undefined) terminal.print(terminal.paint('dim', `    ${name}: ${cleanLine(value)}`));
  }
  const lines = prettyBody(request.body);
  for (const line of lines.slice(0, MAX_BODY_LINES)) terminal.print(`    ${line}`);
  if (lines.length > MAX_BODY_LINES)
    terminal.print(terminal.paint('dim', `    … ${lines.length - MAX_BODY_LINES} more lines`));
  terminal.print();
}

function verdict(terminal: Terminal, { verified, reason }: HeardRequest): string {
  if (verified === null) return terminal.paint('dim', 'signature not checked');
  return verified
    ? terminal.paint('green', 'signature ok')
    : terminal.paint('red', `signature refused: ${reason ?? ''}`);
}

function prettyBody(body: string): string[] {
  if (body === '') return [];
  try {
    return cleanLines(JSON.stringify(JSON.parse(body), null, 2)).split('\n');
  } catch {
    return cleanLines(body).split('\n');
  }
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
