/** The body of an event out of a file or standard input. */
import { readFile, stat } from 'node:fs/promises';
import { MAX_BODY_BYTES } from '@hooklane/core';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';

/** The body as written: numbers keep all their digits. Throws `usage`. */
export async function readEventBody(
  { terminal }: Pick<Cli, 'terminal'>,
  path: string,
): Promise<Record<string, unknown>> {
  const name = path === '-' ? 'standard input' : path;
  const text = await read(terminal, path).catch((error: unknown) => {
    throw usageError(`The body cannot be read from ${name}: ${(error as Error).message}`);
  });
  const body = parse(text, name);
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw usageError(
    `The body in ${name} must be a JSON object: the fields of the event, without an envelope.`,
  );
}

async function read(terminal: Cli['terminal'], path: string): Promise<string> {
  // White space counts here and not at the server.
  const most = 2 * MAX_BODY_BYTES;
  if (path === '-') return terminal.readInput(most);
  if ((await stat(path)).size > most) throw new RangeError(`it has more than ${MAX_BODY_BYTES} bytes`);
  return readFile(path, 'utf8');
}

/** Node has both since version 21; the type library of ES2024 has neither. */
interface SourceTextJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}

/** A number such as 12345678901234567890 or 1.0 would otherwise come back as another text. */
function parse(text: string, name: string): unknown {
  const json = JSON as unknown as SourceTextJson;
  try {
    return json.parse(text.replace(/^\ufeff/, ''), (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined ? json.rawJSON(source) : value,
    );
  } catch (error) {
    throw usageError(`The body in ${name} is not JSON: ${(error as Error).message}.`);
  }
}
