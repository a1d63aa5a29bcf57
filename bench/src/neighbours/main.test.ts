import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const MAIN = join(import.meta.dirname, 'main.ts');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooklane-neighbours-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  const env = { PATH: process.env['PATH'], TMPDIR: folder };
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return { child, output: () => output, ended: once(child, 'close') as Promise<[number | null]> };
}

test('A fifth of the webhooks is sick, and the healthy ones miss nothing', async () => {
  const { output, ended } = run('--webhooks', '20', '--rate', '40', '--seconds', '3');
  expect({ ended: await ended, output: output() }).toMatchObject({ ended: [0, null] });
  expect(output()).toMatch(/all healthy, start .* 40 +0\n/);
  expect(output()).toMatch(/all healthy, steady .* 80 +0\n/);
  expect(output()).toMatch(/a fifth sick, steady .* 64 +0\n/);
  expect(output()).toMatch(/p99 beside sick ones \/ without: start \d+\.\d\d, steady \d+\.\d\d\n/);
  expect(await readdir(folder)).toEqual([]);
}, 120_000);

test('Ctrl-C in the middle stops everything that was started and leaves nothing behind', async () => {
  const { child, output, ended } = run('--webhooks', '20', '--rate', '20', '--seconds', '600');
  while (!(await readdir(folder)).some((name) => name.startsWith('hooklane-neighbours-'))) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(output()).toContain('SIGINT: stopping');
  expect(await readdir(folder)).toEqual([]);
}, 120_000);

test('A number that cannot be used is refused by name', async () => {
  const { output, ended } = run('--rate', 'fast');
  expect(await ended).toEqual([2, null]);
  expect(output()).toContain('--rate must be a whole number from 1 to 20000; this one is "fast".');
}, 60_000);
