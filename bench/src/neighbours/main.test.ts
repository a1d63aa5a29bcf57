import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const MAIN = join(import.meta.dirname, 'main.ts');
const run = promisify(execFile);

test('A fifth of the webhooks is sick, and the healthy ones miss nothing', async () => {
  const args = [MAIN, '--webhooks', '20', '--rate', '40', '--seconds', '3'];
  const { stdout } = await run(process.execPath, args, { timeout: 100_000 });
  expect(stdout).toMatch(/all healthy .* 80 +0\n/);
  expect(stdout).toMatch(/a fifth sick .* 64 +0\n/);
  expect(stdout).toMatch(/p99 beside sick ones \/ without: \d+\.\d\d\n/);
}, 120_000);

test('A number that cannot be used is refused by name', async () => {
  await expect(run(process.execPath, [MAIN, '--rate', 'fast'])).rejects.toMatchObject({
    stderr: expect.stringContaining('--rate must be a whole number from 1 to 20000; this one is "fast".'),
  });
});
