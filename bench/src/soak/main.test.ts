import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const MAIN = join(import.meta.dirname, 'main.ts');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooklane-soak-test-'));
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

test('All is delivered to 300 origins; then no connection is left, and no pool of them in the worker', async () => {
  const { output, ended } = run('--deliveries', '20000', '--origins', '300');
  expect({ ended: await ended, output: output() }).toMatchObject({ ended: [0, null] });
  const value = (name: string) => new RegExp(`^${name} +(\\S+)`, 'm').exec(output())?.[1];
  expect(value('deliveries')).toBe('20,000');
  expect(value('origins')).toBe('300');
  expect(value('left')).toBe('0');
  expect(value('connections after idling')).toBe('0');
  expect(value('pools of origins after idling')).toBe('0');
  expect(output()).toMatch(/^memory at 100 % +\d+ MiB$/m);
  expect(output()).toMatch(/^Memory: not judged; it takes 400,000 deliveries or more\.$/m);
  expect(output()).toMatch(/received, \d+ MiB, \d+ sockets\n/);
  expect(await readdir(folder)).toEqual([]);
}, 180_000);

test('Ctrl-C in the middle stops everything that was started and leaves nothing behind', async () => {
  const { child, output, ended } = run('--deliveries', '5000000', '--origins', '20');
  while (!output().includes(' received, ')) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(output()).toContain('SIGINT: stopping');
  expect(await readdir(folder)).toEqual([]);
}, 120_000);

test('A number that cannot be used is refused by name', async () => {
  const { output, ended } = run('--origins', 'many');
  expect(await ended).toEqual([2, null]);
  expect(output()).toContain('--origins must be a whole number from 5 to 10000; this one is "many".');
}, 60_000);
