import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { runStep } from './run-step.ts';
import type { Step } from './run-step.ts';

const step: Omit<Step, 'command'> = {
  name: 'a step',
  timeoutMs: 10_000,
  output: 'on-failure',
  env: process.env,
  cwd: process.cwd(),
};

test('A step gives its exit code and all that it printed', async () => {
  const end = await runStep({ ...step, command: 'echo out; echo err >&2; exit 3' });
  expect(end).toMatchObject({ exitCode: 3, output: 'out\nerr\n' });
});

test('A step that takes too long is ended with all that it started', async () => {
  const file = join(tmpdir(), `hooklane-step-${process.pid}`);
  const command = `(sleep 1; touch ${file}) & wait`;
  const end = await runStep({ ...step, command, timeoutMs: 300 });
  expect(end.exitCode).toBeNull();
  expect(end.output).toContain('a step took longer than 0.3 s');
  await sleep(1200);
  expect(existsSync(file)).toBe(false);
});

test('A program that is not there is a failure, not a crash', async () => {
  const end = await runStep({ ...step, command: ['no-such-program'] });
  expect(end.exitCode).toBeNull();
  expect(end.output).toContain('ENOENT');
});
