import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { explainKey, loadApiToken, loadSecretKey } from './keys.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hooklane-keys-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('a key of the environment wins and no file is made', async () => {
  const key = randomBytes(32);
  const loaded = await loadSecretKey({ secretKey: key.toString('base64'), dataDir });
  expect(loaded).toEqual({ value: key, source: 'environment' });
  expect(await loadApiToken({ apiToken: 'token-of-the-environment', dataDir })).toEqual({
    value: 'token-of-the-environment',
    source: 'environment',
  });
  expect(await readdir(dataDir)).toEqual([]);
});

test('without one, key and token are made once, kept, and readable by their owner alone', async () => {
  const folder = join(dataDir, 'not', 'there');
  const settings = { secretKey: null, apiToken: null, dataDir: folder };
  const key = await loadSecretKey(settings);
  const token = await loadApiToken(settings);
  expect(key.value).toHaveLength(32);
  expect(token.value).toMatch(/^hl_[A-Za-z0-9_-]{32}$/);
  expect(key).toMatchObject({ source: 'file', path: join(folder, 'secret-key') });
  expect((await stat(key.path ?? '')).mode & 0o777).toBe(0o600);
  expect((await stat(token.path ?? '')).mode & 0o777).toBe(0o600);
  expect(await loadSecretKey(settings)).toEqual(key);
  expect(await loadApiToken(settings)).toEqual(token);
  expect((await readdir(folder)).sort()).toEqual(['api-token', 'secret-key']);
});

test('many that make the key at once get the same one', async () => {
  const all = await Promise.all(
    Array.from({ length: 30 }, () => loadSecretKey({ secretKey: null, dataDir })),
  );
  expect(new Set(all.map((one) => one.value.toString('hex'))).size).toBe(1);
  expect(await readdir(dataDir)).toEqual(['secret-key']);
});

test('processes that make the key at once get the same one', async () => {
  const script = `
    const { loadSecretKey } = await import(${JSON.stringify(new URL('./keys.ts', import.meta.url).href)});
    process.stdin.once('data', async () => {
      const { value } = await loadSecretKey({ secretKey: null, dataDir: ${JSON.stringify(dataDir)} });
      process.stdout.write(value.toString('hex'), () => process.exit(0));
    });
    process.stderr.write('ready');`;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script]),
  );
  const keys = children.map(async (child) => {
    let text = '';
    child.stdout.on('data', (chunk) => (text += String(chunk)));
    await once(child, 'close');
    return text;
  });
  await Promise.all(children.map((child) => once(child.stderr, 'data')));
  for (const child of children) child.stdin.write('go');
  const made = await Promise.all(keys);
  expect(made[0]).toHaveLength(64);
  expect(new Set(made).size).toBe(1);
});

test('a file that holds something else is refused with its path, its text not shown', async () => {
  await writeFile(join(dataDir, 'secret-key'), 'not a key at all');
  await writeFile(join(dataDir, 'api-token'), '');
  const key = loadSecretKey({ secretKey: null, dataDir });
  await expect(key).rejects.toMatchObject({ code: 'invalid_setting' });
  await expect(key).rejects.toThrow(join(dataDir, 'secret-key'));
  await expect(key).rejects.not.toThrow('not a key at all');
  await expect(loadApiToken({ apiToken: null, dataDir })).rejects.toMatchObject({ code: 'invalid_setting' });
  expect(await readFile(join(dataDir, 'secret-key'), 'utf8')).toBe('not a key at all');
});

test('a data folder that cannot be made is refused with the reason', async () => {
  await writeFile(join(dataDir, 'file'), '');
  const loaded = loadSecretKey({ secretKey: null, dataDir: join(dataDir, 'file') });
  await expect(loaded).rejects.toMatchObject({ code: 'invalid_setting' });
  await expect(loaded).rejects.toThrow('ENOTDIR');
});

test('a data folder in a place where nothing can be made is refused at once, with the setting', async () => {
  // mkdir answers ENOENT there, as for a missing parent, for ever.
  const loaded = loadSecretKey({ secretKey: null, dataDir: '/proc/nope/deep' });
  await expect(loaded).rejects.toMatchObject({ code: 'invalid_setting', field: 'HOOKLANE_DATA_DIR' });
  await expect(loaded).rejects.toThrow(
    /\/proc\/nope.*ENOENT.*Set HOOKLANE_SECRET_KEY or HOOKLANE_SECRET_KEY_FILE, or let HOOKLANE_DATA_DIR/,
  );
});

test('an operator hears where the key came from', async () => {
  const made = await loadSecretKey({ secretKey: null, dataDir });
  expect(explainKey(made)).toContain(
    `the file ${join(dataDir, 'secret-key')}, since HOOKLANE_SECRET_KEY is not`,
  );
  const given = await loadSecretKey({ secretKey: randomBytes(32).toString('base64'), dataDir });
  expect(explainKey(given)).toContain('that of HOOKLANE_SECRET_KEY.');
});
