import { afterEach, expect, test } from '@jest/globals';
import { isAlive, signal } from './process-signals.ts';
import { createSupervisor } from './supervisor.ts';
import type { Supervisor } from './supervisor.ts';
import { waitUntil } from './wait-until.ts';

const houses: Supervisor[] = [];
afterEach(async () => {
  await Promise.all(houses.splice(0).map((house) => house.killAll()));
});

function build(backoffMs = 10) {
  const lines: string[] = [];
  const ends: string[] = [];
  const supervisor = createSupervisor({
    print: (line) => lines.push(line),
    color: false,
    onGiveUp: (message) => ends.push(message),
    backoffMs,
  });
  houses.push(supervisor);
  const says = (text: string, times = 1) =>
    waitUntil(() => lines.filter((line) => line.includes(text)).length >= times, {
      timeoutMs: 15_000,
      everyMs: 10,
    });
  return { supervisor, lines, ends, says };
}

const WELL = `
  process.on('SIGTERM', () => { console.log(process.argv[1] + ' stopped'); process.exit(0); });
  setInterval(() => {}, 1000);
  console.log(process.argv[1] + ' up');`;
const program = (name: string, script = WELL) => ({ name, args: ['-e', script, name] });

test('the lines of all processes are joined behind their names', async () => {
  const { supervisor, lines, says } = build();
  await supervisor.start(program('server'));
  await supervisor.start(program('worker'));
  await says('server up');
  await says('worker up');
  supervisor.note('both are up');
  expect(lines.some((line) => /^\d\d:\d\d:\d\d server {4}server up$/.test(line))).toBe(true);
  expect(lines.some((line) => /^\d\d:\d\d:\d\d worker {4}worker up$/.test(line))).toBe(true);
  expect(lines.at(-1)).toMatch(/hooklane {2}both are up$/);
});

test('all are stopped one after the other in the order of their start, and none is left', async () => {
  const { supervisor, lines, ends, says } = build();
  supervisor.restartFromNow();
  for (const name of ['server', 'worker', 'third']) await supervisor.start(program(name));
  for (const name of ['server', 'worker', 'third']) await says(`${name} up`);
  const pids = supervisor.pids();
  expect(pids).toHaveLength(3);
  await supervisor.stopAll(5000);
  const stops = lines.filter((line) => line.endsWith('stopped')).map((line) => line.split(/ +/)[1]);
  expect(stops).toEqual(['server', 'worker', 'third']);
  expect(pids.filter(isAlive)).toEqual([]);
  expect([supervisor.pids(), ends]).toEqual([[], []]);
});

test('one that dies before all was well is the end', async () => {
  const { supervisor, ends } = build();
  await supervisor.start(program('server', 'process.exit(7)'));
  expect(await waitUntil(() => ends.length > 0, { timeoutMs: 10_000 })).toBe(true);
  expect(ends).toEqual(['server ended by itself (exit code 7).']);
});

test('one that dies later is reported and started again', async () => {
  const { supervisor, ends, says } = build();
  await supervisor.start(program('worker'));
  await says('worker up');
  supervisor.restartFromNow();
  const [pid = 0] = supervisor.pids();
  signal(pid, 'SIGKILL');
  expect(await says('worker ended by itself (SIGKILL); starting it again')).toBe(true);
  expect(await says('worker up', 2)).toBe(true);
  expect(supervisor.pids()).not.toEqual([pid]);
  expect(ends).toEqual([]);
});

test('one that keeps dying is given up after five restarts', async () => {
  const { supervisor, lines, ends } = build(1);
  supervisor.restartFromNow();
  await supervisor.start(program('worker', 'process.exit(1)'));
  expect(await waitUntil(() => ends.length > 0, { timeoutMs: 15_000 })).toBe(true);
  expect(ends).toEqual(['worker ended by itself (exit code 1) after 5 restarts: giving up.']);
  expect(lines.filter((line) => line.includes('starting it again'))).toHaveLength(5);
});

test('a stop during the wait before a restart leaves nothing', async () => {
  const { supervisor, says, ends } = build(60_000);
  supervisor.restartFromNow();
  await supervisor.start(program('worker', 'process.exit(1)'));
  await says('starting it again');
  await supervisor.stopAll(1000);
  expect([supervisor.pids(), ends]).toEqual([[], []]);
});
