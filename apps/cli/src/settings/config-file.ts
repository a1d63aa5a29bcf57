/** `~/.config/hooklane/config.json`: the server's address and the token, for the owner's eyes only. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, unlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';

/** What the file says. */
export interface Config {
  url: string;
  token: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const MAX_FILE_BYTES = 64 * 1024;
const OTHERS = 0o077;

const schema = z.object({ url: z.string().min(1), token: z.string().min(1) });

/** Where the file is: below `XDG_CONFIG_HOME`, else below `~/.config`. */
export function configPath(env: Env): string {
  const home = env['XDG_CONFIG_HOME'];
  const base = home === undefined || home === '' ? join(env['HOME'] ?? homedir(), '.config') : home;
  return join(base, 'hooklane', 'config.json');
}

/** The file's content; null when there is none. Throws `config_readable_by_others` or `config_unusable`. */
export async function readConfig(path: string): Promise<Config | null> {
  const text = await readPrivately(path);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new CliError('config_unusable', `${path} is not JSON with "url" and "token".`, {
      hint: 'Write it anew with: hooklane login',
      exitCode: EXIT.usage,
    });
  }
}

/**
 * A file with a secret; null when there is none. It is refused when the group or others may read it: the same file
 * is asked and read, so it cannot be exchanged in between.
 */
export async function readPrivately(path: string): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(path, error);
  });
  if (file === null) return null;
  try {
    const { mode, size } = await file.stat();
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) throw readableByOthers(path, mode);
    if (size > MAX_FILE_BYTES) throw unreadable(path, `it has more than ${MAX_FILE_BYTES} bytes`);
    return (await file.readFile('utf8')).trim();
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(path, error);
  } finally {
    await file.close();
  }
}

/** Writes the file with mode 0600, whole or not at all. */
export async function writeConfig(path: string, config: Config): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(config, null, 2)}\n`);
    await file.sync();
    await rename(draft, path);
  } catch (error) {
    await unlink(draft);
    throw error;
  } finally {
    await file.close();
  }
}

function readableByOthers(path: string, mode: number): CliError {
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  return new CliError(
    'config_readable_by_others',
    `${path} holds a secret and others can read it (mode ${shown}).`,
    {
      hint: `Close it with: chmod 600 ${path}`,
      exitCode: EXIT.usage,
    },
  );
}

function unreadable(path: string, why: unknown): CliError {
  const reason = why instanceof Error ? why.message : String(why);
  return new CliError('config_unusable', `${path} cannot be read: ${reason}.`, { exitCode: EXIT.usage });
}
