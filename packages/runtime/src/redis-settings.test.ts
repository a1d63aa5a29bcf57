import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HooklaneError } from '@hooklane/core';
import { createAuthority } from '@hooklane/testkit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSettings } from './settings.ts';

let folder: string;
let caFile: string;
let ca: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooklane-settings-'));
  caFile = join(folder, 'ca.pem');
  const authority = await createAuthority();
  ca = await authority.certificate();
  await authority.dispose();
  await writeFile(caFile, ca);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function refusal(env: Record<string, string>): HooklaneError {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof HooklaneError) return error;
    throw error;
  }
  throw new Error(`nothing was refused in ${JSON.stringify(env)}`);
}

test('a Cluster and Sentinels are read, with an authority, a name and what the Sentinels ask for', async () => {
  const password = join(folder, 'password');
  await writeFile(password, 'watch\n');
  const url = 'rediss+sentinel://ann:s3cret@s1,s2:26380/mymaster/1';
  const { redis } = readSettings({
    REDIS_URL: url,
    HOOKLANE_REDIS_CA_FILE: caFile,
    HOOKLANE_REDIS_SERVER_NAME: 'redis.example.com',
    HOOKLANE_REDIS_SENTINEL_USER: 'sue',
    HOOKLANE_REDIS_SENTINEL_PASSWORD_FILE: password,
  });
  expect(redis).toEqual({
    url,
    ca: ca.trimEnd(),
    serverName: 'redis.example.com',
    sentinelUser: 'sue',
    sentinelPassword: 'watch',
  });
  expect(Object.isFrozen(redis)).toBe(true);
  expect(readSettings({ REDIS_URL: 'redis+cluster://a,b:7000' }).redis.url).toBe('redis+cluster://a,b:7000');
});

describe('a bad value is refused with its name and its bound, and without a password', () => {
  test.each([
    ['REDIS_URL', 'redis://ann:s3cret@a,b', 'redis+cluster:// or a redis+sentinel://'],
    ['REDIS_URL', 'redis+cluster://ann:s3cret@a,b/2', 'no databases but 0'],
    ['REDIS_URL', 'rediss+sentinel://ann:s3cret@a,b', 'the name of the master'],
    ['HOOKLANE_REDIS_SERVER_NAME', 'a name', 'a host name of at most 253 characters'],
    ['HOOKLANE_REDIS_CA_FILE', 'x'.repeat(1025), 'at most 1024 characters'],
    ['HOOKLANE_REDIS_SENTINEL_USER', 'u'.repeat(201), 'at most 200 characters'],
    ['HOOKLANE_REDIS_SENTINEL_PASSWORD', 's3cret'.repeat(200), 'at most 1000 characters'],
  ])('%s=%s', (name, value, bound) => {
    const error = refusal({ [name]: value });
    expect(error).toMatchObject({ code: 'invalid_setting', field: name });
    expect(error.message).toContain(bound);
    expect(error.message).not.toContain('s3cret');
  });

  test('a file that has no certificate, or one that nobody can read', async () => {
    const file = join(folder, 'bad.pem');
    const REDIS_URL = 'rediss://redis.internal';
    const told = (): string => refusal({ REDIS_URL, HOOKLANE_REDIS_CA_FILE: file }).message;
    expect(told()).toContain('cannot be read (ENOENT)');
    await writeFile(file, 'not a certificate');
    expect(told()).toContain('this one has none');
    await writeFile(file, ca.replace(/[A-Za-z0-9]{20}/, ''));
    expect(told()).toContain('one that cannot be read');
  });

  test('what the address has no use for', () => {
    expect(refusal({ HOOKLANE_REDIS_CA_FILE: caFile }).message).toContain('only for a REDIS_URL with TLS');
    const name = 'HOOKLANE_REDIS_SENTINEL_PASSWORD';
    const error = refusal({ REDIS_URL: 'redis+cluster://a', [name]: 's3cret' });
    expect(error).toMatchObject({ field: name });
    expect(error.message).toContain('only for a REDIS_URL with Sentinels');
    expect(error.message).not.toContain('s3cret');
  });
});
