import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { configPath, readConfig, writeConfig } from './config-file.ts';
import { findSettings, isLocal } from './find-settings.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hooklane-settings-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const find = (
  flags: { url?: string; tokenFile?: string } = {},
  env: Record<string, string> = {},
  cwd = dir,
) =>
  findSettings(flags, {
    env: { XDG_CONFIG_HOME: join(dir, 'config'), ...env },
    cwd,
    readInput: async () => ' piped\n',
  });

async function keep(path: string, text: string, mode = 0o600): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

const CONFIG = { url: 'https://hooks.example.com', token: 'kept' };
const keepConfig = (mode?: number) =>
  keep(join(dir, 'config', 'hooklane', 'config.json'), JSON.stringify(CONFIG), mode);

describe('who says it', () => {
  test('flags win over the environment, that over the file, that over the default', async () => {
    expect(await find()).toMatchObject({ url: 'http://localhost:8080', token: null });
    await keepConfig();
    expect(await find()).toMatchObject(CONFIG);
    const env = { HOOKLANE_URL: 'http://env', HOOKLANE_API_TOKEN: 'from-env' };
    expect(await find({}, env)).toMatchObject({
      url: 'http://env',
      token: 'from-env',
      urlFrom: 'HOOKLANE_URL',
    });
    const tokenFile = await keep(join(dir, 't'), 'from-file\n');
    expect(await find({ url: 'http://flag', tokenFile }, env)).toMatchObject({
      url: 'http://flag',
      token: 'from-file',
    });
    expect(await find({ tokenFile: '-' }, env)).toMatchObject({
      token: 'piped',
      tokenFrom: 'standard input',
    });
  });

  test('a kept token goes to the server it was kept for and to no other', async () => {
    await keepConfig();
    expect(await find({ url: 'https://hooks.example.com/path' })).toMatchObject({ token: 'kept' });
    expect(await find({ url: 'https://other.example.com' })).toMatchObject({ token: null });
    expect(await find({ url: 'http://hooks.example.com' })).toMatchObject({ token: null });
  });

  test('the token that start made is found from a folder inside, for this machine only', async () => {
    await keep(join(dir, '.hooklane', 'api-token'), 'local\n');
    const inside = join(dir, 'a', 'b');
    expect(await find({}, {}, inside)).toMatchObject({ url: 'http://localhost:8080', token: 'local' });
    expect(await find({ url: 'http://elsewhere:8080' }, {}, inside)).toMatchObject({ token: null });
    const other = join(dir, 'other');
    await keep(join(other, 'api-token'), 'of-the-data-dir');
    expect(await find({}, { HOOKLANE_DATA_DIR: other }, inside)).toMatchObject({ token: 'of-the-data-dir' });
  });
});

describe('a file with a secret', () => {
  test.each([0o640, 0o604, 0o666])('of mode %o is refused, with the command that mends it', async (mode) => {
    const path = await keepConfig(mode);
    const error = await find().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'config_readable_by_others',
      exitCode: 2,
      hint: `Close it with: chmod 600 ${path}`,
    });
    expect(String(error)).not.toContain('kept');
    const complete = { HOOKLANE_URL: 'http://env', HOOKLANE_API_TOKEN: 'from-env' };
    expect(await find({}, complete)).toMatchObject({ token: 'from-env' });
  });

  test('that is broken is told without its content', async () => {
    const path = await keep(join(dir, 'config', 'hooklane', 'config.json'), '{"token":"kept"');
    const error = await readConfig(path).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'config_unusable' });
    expect(String(error)).not.toContain('"kept"');
  });

  test('is written for the owner alone, also over one that was open to all', async () => {
    const path = await keepConfig(0o666);
    await writeConfig(path, { url: 'http://new', token: 'new' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ url: 'http://new', token: 'new' });
  });
});

test('the file is below XDG_CONFIG_HOME, else below ~/.config', () => {
  expect(configPath({ XDG_CONFIG_HOME: '/x', HOME: '/h' })).toBe('/x/hooklane/config.json');
  expect(configPath({ XDG_CONFIG_HOME: '', HOME: '/h' })).toBe('/h/.config/hooklane/config.json');
});

test.each([
  ['http://localhost:1', true],
  ['http://127.8.0.1', true],
  ['http://[::1]:80', true],
  ['http://127.0.0.1.example.com', false],
  ['http://10.0.0.1', false],
])('%s is this machine: %s', (url, is) => {
  expect(isLocal(url)).toBe(is);
});
