/** Promise 1, as the fault kit shows it: its short form, run as a user runs it, on what was built. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Report } from './report.ts';
import { ROWS, SHORT_ROWS } from './rows/rows.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const SHORT_TIMEOUT_MS = 240_000;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooklane-faults-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Its own temporary folder shows what it leaves behind. */
async function faults(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

test(
  'the short form loses nothing, and leaves nothing behind',
  async () => {
    const file = join(folder, 'result.json');
    const { code, output } = await faults('--short', '--json', file);
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    const report = JSON.parse(await readFile(file, 'utf8')) as Report;
    expect(report.rows.map(({ name }) => name).toSorted()).toEqual([...SHORT_ROWS].toSorted());
    for (const row of report.rows) {
      expect(row).toMatchObject({ verdict: 'ok', lost: 0, problems: [] });
      expect(row.accepted).toBeGreaterThan(100);
      expect(row.delivered + row.dead + row.due).toBe(row.owed);
    }
    expect(await readdir(folder)).toEqual(['result.json']);
  },
  SHORT_TIMEOUT_MS,
);

test('--list names every row; an unknown row is refused by name', async () => {
  const list = await faults('--list');
  expect(list.code).toBe(0);
  for (const { name } of ROWS) expect(list.output).toContain(name);
  const wrong = await faults('redis-melts');
  expect(wrong).toMatchObject({ code: 2, output: expect.stringContaining('There is no row "redis-melts"') });
});
