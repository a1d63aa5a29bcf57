/** The body of an event out of a file or standard input. */
import { readFile, stat } from 'node:fs/promises';
import { MAX_BODY_BYTES, sliceMember } from '@hooklane/core';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';

/**
 * The text of the body as written, without a byte order mark and the white space outside of strings, which no receiver
 * gets either. It is not parsed and written again: that would change numbers, escapes and the order of keys.
 * Throws `usage`.
 */
export async function readEventBody({ terminal }: Pick<Cli, 'terminal'>, path: string): Promise<string> {
  const name = path === '-' ? 'standard input' : path;
  const read = await readText(terminal, path).catch((error: unknown) => {
    if (error instanceof CliError) throw error;
    throw usageError(`The body cannot be read from --file ${name}: ${(error as Error).message}`);
  });
  const text = read.replace(/^\ufeff/, '');
  const body = parse(text, name);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw usageError(
      `The body in ${name} must be a JSON object: the fields of the event, without an envelope.`,
    );
  }
  return sliceMember(`{"body":${text}}`, 'body') ?? text;
}

async function readText(terminal: Cli['terminal'], path: string): Promise<string> {
  // White space counts here and not at the server.
  const most = 2 * MAX_BODY_BYTES;
  if (path === '-') return terminal.readInput('--file', most);
  if ((await stat(path)).size > most) throw new RangeError(`it has more than ${MAX_BODY_BYTES} bytes`);
  return readFile(path, 'utf8');
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`The body in ${name} is not JSON: ${(error as Error).message}.`);
  }
}
