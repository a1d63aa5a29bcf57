import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { isAlive, signal } from './process-signals.ts';
import { startProcess } from './start-process.ts';
import type { RunningProcess } from './start-process.ts';
import { waitUntil } from './wait-until.ts';

const running: RunningProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.kill9()));
});

/** A Node program; `lines` fills while it runs. */
async function run(script: string, command?: string) {
  const lines: string[] = [];
  const started = await startProcess({
    name: 'program',
    args: [command === '/bin/sh' ? '-c' : '-e', script],
    env: { PATH: process.env['PATH'] },
    onLine: (line) => lines.push(line),
    ...(command === undefined ? {} : { command }),
  });
  running.push(started);
  const says = (text: string) => waitUntil(() => lines.includes(text), { timeoutMs: 10_000, everyMs: 10 });
  return { started, lines, says };
}

const gone = (pid: number) => waitUntil(() => !isAlive(pid), { timeoutMs: 5000 });

test('its lines and its end are told', async () => {
  const { started, lines } = await run(`console.log('out'); console.error('err'); process.exitCode = 3`);
  expect(await started.ended).toEqual({ code: 3, signal: null });
  expect(lines.toSorted()).toEqual(['err', 'out']);
});

test('it gets the environment it is given and no other', async () => {
  const { started, lines } = await run(`console.log(Object.keys(process.env).sort().join())`);
  await started.ended;
  expect(lines).toEqual(['PATH']);
});

test('stop lets it end by itself', async () => {
  const { started, says } = await run(
    `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000); console.log('up')`,
  );
  await says('up');
  expect(await started.stop(10_000)).toEqual({ code: 0, signal: null });
  expect(await started.stop(10_000)).toEqual({ code: 0, signal: null });
});

test('one that does not end within its grace time is killed', async () => {
  const { started, says } = await run(
    `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')`,
  );
  await says('up');
  expect(await started.stop(200)).toEqual({ code: null, signal: 'SIGKILL' });
});

test('what it started itself does not survive a stop', async () => {
  const { started, lines, says } = await run('sleep 1000 & echo $!; echo up; wait', '/bin/sh');
  await says('up');
  const grandchild = Number(lines[0]);
  expect(isAlive(grandchild)).toBe(true);
  await started.stop(1000);
  expect(await gone(grandchild)).toBe(true);
});

test('a program that is not there rejects', async () => {
  await expect(run('', '/not/there')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('it does not share our process group: a Ctrl-C reaches only us', async () => {
  const { started, says } = await run(`setInterval(() => {}, 1000); console.log('up')`);
  await says('up');
  expect(signal(-started.pid, 'SIGINT')).toBe(true);
  expect(await started.ended).toEqual({ code: null, signal: 'SIGINT' });
});

test('it ends when the process that started it is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-local-'));
  const source = JSON.stringify(new URL('./start-process.ts', import.meta.url).href);
  const { started, lines, says } = await run(`
    import(${source}).then(async ({ startProcess }) => {
      const child = await startProcess({
        name: 'child',
        args: ['-e', "setInterval(() => {}, 1000); console.log('child up')"],
        onLine: (line) => console.log(line),
      });
      console.log('pid ' + child.pid);
    })`);
  expect(await says('child up')).toBe(true);
  const pid = Number(lines.find((line) => line.startsWith('pid '))?.slice(4));
  expect(isAlive(pid)).toBe(true);
  await started.kill9();
  expect(await gone(pid)).toBe(true);
  await rm(folder, { recursive: true });
});
