/** The published packages as others get them: packed, looked at by publint and attw, installed in an empty folder, used. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { publint } from 'publint';

const ROOT = join(import.meta.dirname, '..', '..');
/** client and producer are made of core, redis and queue. */
const PACKAGES = ['core', 'redis', 'queue', 'client', 'producer', 'signature'];
const run = promisify(execFile);

let folder: string;
let redis: TestRedis;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooklane-published-'));
  redis = await startRedis();
  for (const name of PACKAGES) {
    await run('npx', ['-y', 'pnpm@12', 'pack', '--pack-destination', folder], {
      cwd: join(ROOT, 'packages', name),
    });
  }
}, 120_000);
afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

async function tarballOf(name: string): Promise<{ path: string; bytes: Uint8Array<ArrayBuffer> }> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'packages', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  const path = join(folder, `hooklane-${name}-${version}.tgz`);
  return { path, bytes: new Uint8Array(await readFile(path)) };
}

/** What publint finds in a package that lies unpacked in a folder. */
async function lint(pkgDir: string): Promise<string[]> {
  const { messages } = await publint({ pkgDir, pack: false, strict: true });
  return messages.map(({ code }) => code);
}

async function unpack(name: string): Promise<string> {
  const into = await mkdtemp(join(folder, `${name}-`));
  await run('tar', ['xzf', (await tarballOf(name)).path, '-C', into]);
  return join(into, 'package');
}

describe.each(PACKAGES)('@hooklane/%s', (name) => {
  test('says what it has, and has what it says', async () => {
    const at = await unpack(name);
    expect(await lint(at)).toEqual([]);
    for (const file of ['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']) {
      expect((await readFile(join(at, file))).length).toBeGreaterThan(100);
    }
    const { stdout } = await run('tar', ['tzf', (await tarballOf(name)).path]);
    expect(stdout).not.toMatch(/\.test\.|\.tsbuildinfo|fixtures|testing/);
    expect(await readFile(join(at, 'package.json'), 'utf8')).not.toMatch(/"workspace:|"private"/);
  });

  test('has types that fit, for every way of resolving that knows ES modules', async () => {
    const check = await checkPackage(createPackageFromTarballData((await tarballOf(name)).bytes));
    if (!check.types) throw new Error('no types');
    // Old CommonJS and resolvers from before `exports` are not served; Node 22 can require() it.
    const ours = check.problems.filter(
      (problem) =>
        problem.kind !== 'CJSResolvesToESM' &&
        !('resolutionKind' in problem && problem.resolutionKind === 'node10'),
    );
    expect(ours).toEqual([]);
  });
});

test('A package without what it says fails the check', async () => {
  const at = await unpack('signature');
  await rm(join(at, 'dist', 'index.d.ts'));
  await rm(join(at, 'dist', 'index.js'));
  expect(await lint(at)).toContain('FILE_DOES_NOT_EXIST');
});

describe('In an empty folder', () => {
  const node22 = join(import.meta.dirname, 'node_modules', 'node-22', 'bin', 'node');
  let app: string;
  /** Why nothing could be installed. */
  let away = '';

  beforeAll(async () => {
    app = join(folder, 'app');
    await mkdir(app);
    await writeFile(join(app, 'package.json'), '{"private":true,"type":"module"}');
    await copyFile(join(import.meta.dirname, 'fixtures', 'consumer.ts'), join(app, 'consumer.ts'));
    const tarballs = await Promise.all(PACKAGES.map(async (name) => (await tarballOf(name)).path));
    const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs, '@types/node@22'];
    away = await run('npm', args, { cwd: app }).then(
      () => '',
      (error: Error) => {
        if (!/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED/.test(error.message)) throw error;
        return error.message;
      },
    );
    if (away !== '') console.warn(`skipped: no package registry can be reached\n${away}`);
  }, 180_000);

  test.each([
    ['24', process.execPath],
    ['22', node22],
  ])('they emit, verify and call under Node %s', async (major, node) => {
    if (away !== '') return;
    const { stdout: version } = await run(node, ['--version']);
    expect(version).toMatch(new RegExp(`^v${major}\\.`));
    const spool = join(folder, `spool-${major}`);
    const { stdout } = await run(node, ['consumer.ts', redis.url, spool], { cwd: app });
    expect(JSON.parse(stdout)).toEqual({ id: 'mine', app: 'shop', failure: 'unreachable' });
  });

  test('their types hold in a strict program that checks libraries as well', async () => {
    if (away !== '') return;
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      'false',
      '--module',
      'nodenext',
      '--target',
      'es2023',
    ];
    const { stdout } = await run(tsc, [...flags, '--types', 'node', 'consumer.ts'], { cwd: app }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  }, 60_000);
});
