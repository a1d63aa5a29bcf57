/** Which server to talk to, and as whom: flags, environment, config file, a local trial; the first that says it wins. */
import { dirname, join, resolve } from 'node:path';
import { showValue } from '@hooklane/core';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { configPath, readConfig, readPrivately } from './config-file.ts';

/** The address of a server that `start` runs on this machine. */
export const LOCAL_URL = 'http://localhost:8080';

/** The connection flags of a command. */
export interface ConnectionFlags {
  url?: string | undefined;
  tokenFile?: string | undefined;
}

/** A server and a token, and where each came from, in words. */
export interface ConnectionSettings {
  url: string;
  urlFrom: string;
  /** null: there is none for this address. */
  token: string | null;
  tokenFrom: string | null;
}

/** What the surroundings say. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Reads the token for `--token-file -`. */
  readInput: () => Promise<string>;
}

/** Throws {@link CliError} for a file that cannot be used. A token is only ever paired with the address it was kept for. */
export async function findSettings(
  flags: ConnectionFlags,
  around: Surroundings,
): Promise<ConnectionSettings> {
  const { env } = around;
  const isComplete =
    (flags.url ?? notEmpty(env['HOOKLANE_URL'])) !== undefined &&
    (flags.tokenFile ?? notEmpty(env['HOOKLANE_API_TOKEN'])) !== undefined;
  const config = isComplete ? null : await readConfig(configPath(env));
  const given = firstSet([
    [flags.url, '--url'],
    [env['HOOKLANE_URL'], 'HOOKLANE_URL'],
    [config?.url, configPath(env)],
  ]);
  const [url, urlFrom] = given ?? [LOCAL_URL, 'the default'];
  demandUrl(url, urlFrom);
  const [token, tokenFrom] = (await findToken(flags, around, { url, config })) ?? [null, null];
  return { url, urlFrom, token, tokenFrom };
}

/** Named by where it came from. The value is not shown when it could hold a password. */
function demandUrl(url: string, from: string): void {
  const { protocol } = URL.parse(url) ?? {};
  if (protocol === 'http:' || protocol === 'https:') return;
  const shown = url.includes('@') ? '' : `; this one is ${showValue(url)}`;
  const detail = `${from} must be an http or https address such as ${LOCAL_URL}${shown}.`;
  throw new CliError('invalid_setting', detail, { exitCode: EXIT.usage });
}

type Found = readonly [value: string, from: string];

async function findToken(
  flags: ConnectionFlags,
  around: Surroundings,
  { url, config }: { url: string; config: { url: string; token: string } | null },
): Promise<Found | null> {
  if (flags.tokenFile !== undefined) return readTokenFile(flags.tokenFile, around);
  const fromEnv = firstSet([[around.env['HOOKLANE_API_TOKEN'], 'HOOKLANE_API_TOKEN']]);
  if (fromEnv !== null) return fromEnv;
  if (config !== null && isSameServer(config.url, url)) return [config.token, configPath(around.env)];
  return isLocal(url) ? findLocalToken(around) : null;
}

function nameFlag(error: unknown): never {
  if (!(error instanceof CliError)) throw error;
  const { code, message, hint, exitCode } = error;
  throw new CliError(code, `--token-file ${message}`, { exitCode, ...(hint === null ? {} : { hint }) });
}

async function readTokenFile(path: string, around: Surroundings): Promise<Found> {
  const text = path === '-' ? (await around.readInput()).trim() : await readPrivately(path).catch(nameFlag);
  if (text !== null && text !== '') return [text, path === '-' ? 'standard input' : path];
  const what = text === null ? 'There is no such file' : 'It is empty';
  throw new CliError('token_file_unusable', `--token-file ${path}: ${what}.`, { exitCode: EXIT.usage });
}

/** The token that `start` made: `HOOKLANE_DATA_DIR`, else `.hooklane` here or in a folder above. */
async function findLocalToken({ env, cwd }: Surroundings): Promise<Found | null> {
  const dataDir = firstSet([[env['HOOKLANE_DATA_DIR'], '']])?.[0];
  const candidates =
    dataDir === undefined ? foldersAbove(cwd).map((folder) => join(folder, '.hooklane')) : [dataDir];
  for (const folder of candidates) {
    const path = resolve(cwd, folder, 'api-token');
    const token = await readPrivately(path);
    if (token !== null && token !== '') return [token, path];
  }
  return null;
}

function foldersAbove(cwd: string): string[] {
  const parent = dirname(cwd);
  return parent === cwd ? [cwd] : [cwd, ...foldersAbove(parent)];
}

function firstSet(candidates: readonly (readonly [string | undefined, string])[]): Found | null {
  for (const [value, from] of candidates) {
    const text = notEmpty(value);
    if (text !== undefined) return [text, from];
  }
  return null;
}

function notEmpty(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}

function isSameServer(one: string, other: string): boolean {
  return URL.parse(one)?.origin === URL.parse(other)?.origin;
}

/** Whether an address is this machine. */
export function isLocal(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}
