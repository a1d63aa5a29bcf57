import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readSettings } from './settings.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hooklane-files-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, text);
  return path;
}

test('the settings that hold secrets are read from files, without the end of the line', async () => {
  const [key, other] = [1, 2].map(() => randomBytes(32).toString('base64')) as [string, string];
  const settings = readSettings({
    REDIS_URL_FILE: await file('redis', 'rediss://u:p@redis.internal:6380\r\n'),
    HOOKLANE_API_TOKEN_FILE: await file('token', 'hl_a-random-token-4711\n'),
    HOOKLANE_SECRET_KEY_FILE: await file('key', key),
    HOOKLANE_OTHER_SECRET_KEYS_FILE: await file('others', `${other}\n`),
  });
  expect(settings.otherSecretKeys).toEqual([other]);
  expect(settings).toMatchObject({ redis: { url: 'rediss://u:p@redis.internal:6380' }, secretKey: key });
  expect(settings.apiToken).toBe('hl_a-random-token-4711');
});

test('what a file holds is held to the same bound as the setting, and not shown', async () => {
  const path = await file('token', 'changeme-changeme\n');
  expect(() => readSettings({ HOOKLANE_API_TOKEN_FILE: path })).toThrow(
    expect.objectContaining({
      code: 'invalid_setting',
      field: 'HOOKLANE_API_TOKEN',
      message: expect.not.stringContaining('changeme'),
    }),
  );
});

test('a setting and its file at once are refused, since nobody could tell which one counts', async () => {
  const env = {
    HOOKLANE_API_TOKEN: 'hl_a-random-token-4711',
    HOOKLANE_API_TOKEN_FILE: await file('token', 'hl_another-token-0815'),
  };
  expect(() => readSettings(env)).toThrow('HOOKLANE_API_TOKEN_FILE and HOOKLANE_API_TOKEN are both set.');
  expect(readSettings({ ...env, HOOKLANE_API_TOKEN: '' }).apiToken).toBe('hl_another-token-0815');
});

test.each([
  ['is not there', 'none', undefined, 'cannot be read (ENOENT)'],
  ['is empty', 'empty', '\n', 'which is empty'],
  ['is too long', 'long', 'x'.repeat(4097), 'at most 4096 bytes of text'],
])('a file that %s is refused with its setting and its path', async (_, name, text, why) => {
  const path = text === undefined ? join(dir, name) : await file(name, text);
  const settings = { HOOKLANE_SECRET_KEY_FILE: path, PORT: 'x' };
  expect(() => readSettings(settings)).toThrow(
    expect.objectContaining({ code: 'invalid_setting', field: 'HOOKLANE_SECRET_KEY_FILE' }),
  );
  expect(() => readSettings(settings)).toThrow(path);
  expect(() => readSettings(settings)).toThrow(why);
  // All that is wrong is told at once.
  expect(() => readSettings(settings)).toThrow('PORT must be');
});
