/** The key that encrypts secrets at rest and the API token: from the environment, else from the data folder. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HooklaneError } from '@hooklane/core';
import { faultOfToken, isSecretKey } from './setting-readers.ts';
import type { Settings } from './settings.ts';

/** Where a key came from. `path` is set when it came from a file. */
export interface LoadedKey<T> {
  readonly value: T;
  readonly source: 'environment' | 'file';
  readonly path?: string;
}

/** The prefix of the tokens that Hooklane makes: a leaked one can be recognised. */
const TOKEN_PREFIX = 'hl_';

/**
 * The key for secrets at rest, 32 bytes: `HOOKLANE_SECRET_KEY`, else `<data dir>/secret-key`, which is made (0600) when
 * it is not there; two processes that make it at once get the same one.
 * Throws `invalid_setting` when the file holds something else or cannot be read or made.
 */
export async function loadSecretKey(
  settings: Pick<Settings, 'secretKey' | 'dataDir'>,
): Promise<LoadedKey<Buffer>> {
  if (settings.secretKey !== null) return { value: decode(settings.secretKey), source: 'environment' };
  const path = resolve(settings.dataDir, 'secret-key');
  const text = await readOrMake(path, 'HOOKLANE_SECRET_KEY', () => randomBytes(32).toString('base64'));
  if (!isSecretKey(text)) throw unusable(path, 'it must hold 32 bytes in base64');
  return { value: decode(text), source: 'file', path };
}

/**
 * The bearer token of the API: `HOOKLANE_API_TOKEN`, else `<data dir>/api-token`, made like the secret key.
 * Throws `invalid_setting` like {@link loadSecretKey}.
 */
export async function loadApiToken(
  settings: Pick<Settings, 'apiToken' | 'dataDir'>,
): Promise<LoadedKey<string>> {
  if (settings.apiToken !== null) return { value: settings.apiToken, source: 'environment' };
  const path = resolve(settings.dataDir, 'api-token');
  const make = (): string => TOKEN_PREFIX + randomBytes(24).toString('base64url');
  const value = await readOrMake(path, 'HOOKLANE_API_TOKEN', make);
  const fault = faultOfToken(value);
  if (fault !== null) {
    throw unusable(
      path,
      `it must hold a token of 16 characters or more, and no placeholder; this one ${fault}`,
    );
  }
  return { value, source: 'file', path };
}

function decode(key: string): Buffer {
  return Buffer.from(key, 'base64');
}

/**
 * Where the secret key came from, as a sentence for an operator whose key is the wrong one: who never set a key has to
 * hear of the file.
 */
export function explainKey({ source, path }: Pick<LoadedKey<unknown>, 'source' | 'path'>): string {
  if (source === 'environment') return "This program's key is that of HOOKLANE_SECRET_KEY.";
  return (
    `This program's key is that of the file ${path}, since HOOKLANE_SECRET_KEY is not set;` +
    ' a folder without this file gets one with a new key. Set HOOKLANE_SECRET_KEY, or HOOKLANE_DATA_DIR to the' +
    ' folder with the right file.'
  );
}

/** `name`: of the setting that makes the file needless. */
async function readOrMake(path: string, name: string, make: () => string): Promise<string> {
  try {
    return (await readIfThere(path)) ?? (await makeOnce(path, make()));
  } catch (error) {
    const why = `it cannot be read or made (${String(error)}). Set ${name} or ${name}_FILE, or let HOOKLANE_DATA_DIR be a folder that this program may write`;
    throw unusable(path, why, error);
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Written whole under another name, then linked: nobody reads half a key, and the first one who links wins. */
async function makeOnce(path: string, text: string): Promise<string> {
  await makeFolder(dirname(path));
  const draft = join(dirname(path), `.key-${process.pid}-${randomBytes(6).toString('hex')}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text + '\n');
    await file.sync();
    await link(draft, path).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await file.close();
    await unlink(draft);
  }
  return (await readFile(path, 'utf8')).trim();
}

/**
 * A folder and those above it. Not with `recursive` of Node: that never ends where a folder that is there answers
 * ENOENT, as /proc does.
 */
async function makeFolder(path: string): Promise<void> {
  const make = (): Promise<void> =>
    mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  await make().catch(async (error: unknown) => {
    if (!isCode(error, 'ENOENT')) throw error;
    await makeFolder(dirname(path));
    await make();
  });
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

function unusable(path: string, why: string, cause?: unknown): HooklaneError {
  return new HooklaneError('invalid_setting', {
    field: 'HOOKLANE_DATA_DIR',
    detail: `The file ${path} is unusable: ${why}.`,
    cause,
  });
}
