import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Report } from './report.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const SMOKE_TIMEOUT_MS = 120_000;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooklane-bench-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Its own temporary folder shows what it leaves behind. It runs what was built. */
function bench(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return { child, output: () => output, ended: once(child, 'close') as Promise<[number | null]> };
}

test(
  'the smoke form measures every row, and leaves nothing behind',
  async () => {
    const file = join(folder, 'result.json');
    const { ended, output } = bench('--smoke', '--json', file);
    const [code] = await ended;
    expect({ code, output: code === 0 ? '' : output() }).toEqual({ code: 0, output: '' });
    const report = JSON.parse(await readFile(file, 'utf8')) as Report;
    const [rates, ratios] = [5, 9].map((end, at) => report.rows.slice(at * 5, end));
    expect(rates?.map(({ name, unit }) => `${name}, ${unit}`)).toEqual([
      'ceiling, deliveries/s',
      'baseline fan-out 1, deliveries/s',
      'baseline fan-out 10, deliveries/s',
      'hooklane fan-out 1, deliveries/s',
      'hooklane fan-out 10, deliveries/s',
    ]);
    expect(ratios?.map(({ name, unit }) => `${name}, ${unit}`)).toEqual([
      'hooklane fan-out 1 / ceiling, ratio',
      'hooklane fan-out 1 / baseline fan-out 1, ratio',
      'hooklane fan-out 10 / ceiling, ratio',
      'hooklane fan-out 10 / baseline fan-out 10, ratio',
    ]);
    const costs = report.rows.slice(9).map(({ name, unit }) => `${name}, ${unit}`);
    for (const name of ['ceiling', 'baseline fan-out 1', 'hooklane fan-out 10']) {
      if (process.platform === 'linux') expect(costs).toContain(`${name}: sender CPU, µs/delivery`);
    }
    expect(costs).toContain('hooklane fan-out 10: Redis commands, commands/delivery');
    for (const { median, min, max } of report.rows.slice(0, 9)) {
      expect(min).toBeGreaterThan(0);
      expect(median).toBeGreaterThanOrEqual(min);
      expect(max).toBeGreaterThanOrEqual(median);
    }
    expect(Date.parse(report.date)).not.toBeNaN();
    expect(report.versions).toMatchObject({ node: process.versions.node });
    expect(report.versions['redis']).toMatch(/^\d+\.\d+/);
    expect(report.machine.cores).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual(['result.json']);
  },
  SMOKE_TIMEOUT_MS,
);

test(
  'Ctrl-C in the middle stops everything that was started, and says so by its exit code',
  async () => {
    const { child, ended, output } = bench('--count', '100000', '--rows', 'baseline fan-out 10');
    while (!(await readdir(folder)).some((name) => name.startsWith('hooklane-bench-'))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(output()).toContain('SIGINT: stopping');
    expect(await readdir(folder)).toEqual([]);
  },
  SMOKE_TIMEOUT_MS,
);

test('a bad option is refused before anything is started', async () => {
  const { ended, output } = bench('--rounds', 'three');
  expect(await ended).toEqual([2, null]);
  expect(output()).toContain('--rounds must be a whole number from 1 to 20');
});
