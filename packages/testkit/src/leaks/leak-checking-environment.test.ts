import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = new URL('../../../../', import.meta.url).pathname;
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');

interface FileResult {
  name: string;
  status: string;
  message: string;
  assertionResults: { status: string }[];
}

/** Runs Jest on those fixtures, each of which passes its only test. */
async function runFixtures(output: string, files: string): Promise<Map<string, FileResult>> {
  const pattern = `<rootDir>/packages/testkit/fixtures/leaks/${files}`;
  const jest = [JEST, '--json', '--outputFile', output, '--testMatch', pattern];
  const { promise, resolve } = Promise.withResolvers<void>();
  execFile(process.execPath, ['--experimental-vm-modules', ...jest], { cwd: ROOT }, () => resolve());
  await promise;
  const report = JSON.parse(await readFile(output, 'utf8')) as { testResults: FileResult[] };
  return new Map(report.testResults.map((result) => [basename(result.name), result]));
}

describe('A test file that leaves something behind fails, though all its tests pass', () => {
  let folder: string;
  let results: Map<string, FileResult>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hooklane-leaks-'));
    results = await runFixtures(join(folder, 'report.json'), '*.ts');
  }, 60_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([
    ['leaves-a-server.ts', /1 TCP server/],
    ['leaves-a-socket.ts', /2 TCP sockets/],
    ['leaves-a-timer.ts', /1 timer/],
    ['leaves-a-process.ts', /process \d+: sleep/],
  ])('%s', (file, leak) => {
    const result = results.get(file);
    expect(result?.status).toBe('failed');
    expect(result?.message).toMatch(leak);
    expect(result?.message).toContain(file);
  });

  test('It fails when it is the only file of a run, too', async () => {
    const alone = await runFixtures(join(folder, 'alone.json'), 'leaves-a-timer.ts');
    expect(alone.get('leaves-a-timer.ts')?.message).toMatch(/1 timer/);
  }, 60_000);

  test('What is closed in afterAll has not leaked', () => {
    const result = results.get('cleans-up.ts');
    expect(result?.message).toBe('');
    expect(result?.status).toBe('passed');
    expect(result?.assertionResults.map(({ status }) => status)).toEqual(['passed']);
  });
});
