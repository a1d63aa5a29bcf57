/** Where a webhook's secret comes from: a file, standard input, the environment, or (seen by others) the command line. */
import { readFile, stat } from 'node:fs/promises';
import { Option } from '@commander-js/extra-typings';
import { MAX_SECRET_BYTES } from '@hooklane/core';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';

/** What the options say. */
export interface SecretFlags {
  secret?: string | undefined;
  secretFile?: string | undefined;
}

/** `--secret <secret>` */
export const secretOption = () =>
  new Option(
    '--secret <secret>',
    'the shared secret; others on this machine can see it, so prefer --secret-file',
  ).conflicts('secretFile');

/** `--secret-file <file>` */
export const secretFileOption = () =>
  new Option(
    '--secret-file <file>',
    'file with the shared secret, - for standard input; else HOOKLANE_WEBHOOK_SECRET',
  );

/** The secret without the line end of its file; undefined when none is given. */
export async function readSecret(
  cli: Pick<Cli, 'terminal' | 'env'>,
  flags: SecretFlags,
): Promise<string | undefined> {
  if (flags.secret !== undefined) {
    cli.terminal.note(
      cli.terminal.paintNote(
        'yellow',
        'A secret on the command line shows on the process list and in the shell history.',
      ) + ' Prefer --secret-file, or - for standard input.',
    );
    return notEmpty(flags.secret, '--secret');
  }
  if (flags.secretFile === '-') return notEmpty(await readInput(cli), '--secret-file - (standard input)');
  if (flags.secretFile !== undefined)
    return notEmpty(await readSmallFile(flags.secretFile), `--secret-file ${flags.secretFile}`);
  const fromEnv = cli.env['HOOKLANE_WEBHOOK_SECRET'];
  return fromEnv === undefined || fromEnv === '' ? undefined : fromEnv;
}

/** One line end more than a secret may have. */
const MAX_BYTES = MAX_SECRET_BYTES + 2;

async function readInput({ terminal }: Pick<Cli, 'terminal'>): Promise<string> {
  if (terminal.canAsk) return terminal.askSecretly('Secret (it is not shown): ');
  return terminal.readInput('--secret-file', MAX_BYTES);
}

async function readSmallFile(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > MAX_BYTES)
      throw new RangeError(`it has more than ${MAX_SECRET_BYTES} bytes`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw usageError(`The secret cannot be read from --secret-file ${path}: ${(error as Error).message}.`);
  }
}

function notEmpty(text: string, from: string): string {
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw usageError(`The secret from ${from} is empty.`);
  return secret;
}
