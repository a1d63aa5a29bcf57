import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitUntil } from '@hooklane/local';

let dataDir: string;
const kills: (() => void)[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hooklane-start-'));
});
afterEach(async () => {
  for (const kill of kills.splice(0)) kill();
  await rm(dataDir, { recursive: true, force: true });
});

/** `start` with stand-ins for server and worker, in a process group of its own as a terminal would make one. */
function start(env: Record<string, string> = {}, launcher?: string) {
  const script = join(import.meta.dirname, 'fixtures', 'start-stand-ins.ts');
  const base = { PATH: process.env['PATH'], HOOKLANE_DATA_DIR: dataDir, HOOKLANE_GRACE: '0s', PORT: '0' };
  const [command, args] =
    launcher === undefined
      ? [process.execPath, [script]]
      : ['/bin/sh', ['-c', '"$0" "$1"; true', process.execPath, script]];
  const child = spawn(command, args, {
    detached: true,
    env: { ...base, ...env },
    ...(launcher === undefined ? {} : { argv0: launcher }),
  });
  child.stderr.pipe(process.stderr);
  const pid = child.pid ?? 0;
  kills.push(() => signalTo(-pid, 'SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const says = async (what: string, times = 1): Promise<void> => {
    const said = () => text.split(what).length > times;
    if (await waitUntil(said, { timeoutMs: 15_000, everyMs: 20 })) return;
    throw new Error(`It never said ${what}:\n${text}`);
  };
  /** The ids of the stand-ins and of Redis, in that order. */
  const pids = (): number[] => [...text.matchAll(/pid_=(\d+)/g)].map((match) => Number(match[1]));
  return { pid, ended, says, pids, text: () => text };
}

function signalTo(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

const value = (text: string, name: string): string => new RegExp(`${name}=(\\S+)`).exec(text)?.[1] ?? '';
const redisAnswers = (text: string) => {
  const { hostname, port } = new URL(value(text, 'REDIS_URL'));
  return fetch(`http://${hostname}:${port}`).then(
    () => true,
    (error: { cause?: { code?: string } }) => error.cause?.code !== 'ECONNREFUSED',
  );
};

async function expectNothingLeft(run: ReturnType<typeof start>): Promise<void> {
  const gone = () => run.pids().every((pid) => !signalTo(pid, 0));
  expect(await waitUntil(gone, { timeoutMs: 5000 })).toBe(true);
  expect(await waitUntil(async () => !(await redisAnswers(run.text())), { timeoutMs: 5000 })).toBe(true);
}

test('all is started, told, and stopped in order by Ctrl-C; nothing is left', async () => {
  const run = start();
  await run.says('Hooklane is up');
  const text = run.text();
  const port = /Docs +http:\/\/localhost:(\d+)\/docs/.exec(text)?.[1];
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  // Nothing is promised that is not there: the stand-ins have no console.
  expect(text).not.toContain('Console');
  expect(text).toMatch(/Token +hl_\S{32}/);
  expect(text).toContain(`${dataDir}/redis, keys in ${dataDir}`);
  expect(text).toContain('127.0.0.0/8, ::1/128');
  expect(text).toMatch(/ {2}curl -H "authorization: Bearer hl_/);
  expect(value(text, 'HOOKLANE_DATA_DIR')).toBe(dataDir);
  expect(value(text, 'HOOKLANE_ALLOWED_NETWORKS')).toContain('127.0.0.0/8,::1/128');
  expect(run.pids()).toHaveLength(2);
  // A terminal signals the whole group, and a package manager passes the signal on once more.
  signalTo(-run.pid, 'SIGINT');
  signalTo(run.pid, 'SIGINT');
  expect(await run.ended).toBe(0);
  expect(run.text()).not.toContain('got SIGINT');
  const stops = [...run.text().matchAll(/(\w+) +got SIGTERM/g)].map((match) => match[1]);
  expect(stops).toEqual(['server', 'worker']);
  await expectNothingLeft(run);
});

test('the address of the console is told where it is built', async () => {
  const run = start({ CONSOLE_PAGE: import.meta.filename });
  await run.says('Hooklane is up');
  const docs = /Docs +(http:\S+)docs/.exec(run.text())?.[1];
  expect(/Console +(http:\S+)/.exec(run.text())?.[1]).toBe(docs);
  signalTo(run.pid, 'SIGTERM');
  expect(await run.ended).toBe(0);
});

test('SIGTERM stops it as well; the next start has the same token', async () => {
  const first = start();
  await first.says('Hooklane is up');
  signalTo(first.pid, 'SIGTERM');
  expect(await first.ended).toBe(0);
  await expectNothingLeft(first);
  const second = start();
  await second.says('Hooklane is up');
  signalTo(second.pid, 'SIGTERM');
  expect(await second.ended).toBe(0);
  const token = (text: string) => /hl_\S{32}/.exec(text)?.[0];
  expect(token(second.text())).toBe(token(first.text()));
});

test('a token of the environment is used and not printed', async () => {
  const run = start({ HOOKLANE_API_TOKEN: 'a-token-of-my-own-choice' });
  await run.says('Hooklane is up');
  expect(run.text()).not.toContain('a-token-of-my-own-choice');
  expect(run.text()).toContain('Bearer $HOOKLANE_API_TOKEN');
  signalTo(run.pid, 'SIGTERM');
  expect(await run.ended).toBe(0);
});

test('a stop while it is still starting leaves nothing', async () => {
  const run = start({ STAND_IN: 'never-ready' });
  await run.says('environment', 2);
  signalTo(run.pid, 'SIGINT');
  expect(await run.ended).toBe(0);
  expect(run.text()).not.toContain('Hooklane is up');
  await expectNothingLeft(run);
});

test('a program that dies while it starts is the end, with its reason', async () => {
  const run = start({ STAND_IN: 'dies' });
  expect(await run.ended).toBe(1);
  expect(run.text()).toContain('the reason why it dies');
  expect(run.text()).toMatch(/Hooklane has stopped: \w+ ended by itself \(exit code 3\)/);
  await expectNothingLeft(run);
});

test('a program or a Redis that dies later is started again', async () => {
  const run = start();
  await run.says('Hooklane is up');
  const [, worker = 0] = run.pids();
  signalTo(worker, 'SIGKILL');
  await run.says('environment', 3);
  const redis = /Redis +127.0.0.1:(\d+)/.exec(run.text())?.[1];
  await killRedis(Number(redis));
  await run.says('Starting it again; its data is kept');
  const isBack = () => redisAnswers(run.text());
  expect(await waitUntil(isBack, { timeoutMs: 10_000 })).toBe(true);
  signalTo(run.pid, 'SIGTERM');
  expect(await run.ended).toBe(0);
  await expectNothingLeft(run);
});

/** SIGKILL to the Redis on this port. */
async function killRedis(port: number): Promise<void> {
  const { connect } = await import('node:net');
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.write('INFO server\r\n');
  const [info] = (await once(socket, 'data')) as [string];
  socket.destroy();
  signalTo(Number(/process_id:(\d+)/.exec(info)?.[1]), 'SIGKILL');
}

test('a deaf program is killed after its grace time; a second Ctrl-C does not wait for that', async () => {
  const run = start({ STAND_IN: 'deaf', HOOKLANE_GRACE: '10m' });
  await run.says('Hooklane is up');
  signalTo(run.pid, 'SIGINT');
  await run.says('got SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 600));
  signalTo(run.pid, 'SIGINT');
  expect(await run.ended).toBe(1);
  await expectNothingLeft(run);
});

test('kill -9 of start leaves no program; the next start goes on with the same folder', async () => {
  const first = start();
  await first.says('Hooklane is up');
  signalTo(first.pid, 'SIGKILL');
  await first.ended;
  expect(await waitUntil(() => first.pids().every((pid) => !signalTo(pid, 0)), { timeoutMs: 5000 })).toBe(
    true,
  );
  const second = start();
  await second.says('Hooklane is up');
  signalTo(second.pid, 'SIGTERM');
  expect(await second.ended).toBe(0);
  await expectNothingLeft(first);
  await expectNothingLeft(second);
});

test('a package manager that is killed in between takes all with it', async () => {
  // A shell under the name of a package manager; it waits for the script as that would.
  const run = start({}, 'pnpm');
  await run.says('Hooklane is up');
  signalTo(run.pid, 'SIGKILL');
  await run.says('Stopped.');
  await expectNothingLeft(run);
});

test('a taken PORT is told before anything is started', async () => {
  const blocker = createServer().listen(0);
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  const run = start({ PORT: String(port) });
  expect(await run.ended).toBe(1);
  expect(run.text()).toContain(`PORT ${port} is taken`);
  expect(run.text()).toContain(`PORT=${port + 1}`);
  expect(run.text()).not.toContain('Starting');
  blocker.close();
});

test.each([
  [{ HOOKLANE_GRACE: 'soon' }, 'HOOKLANE_GRACE must be a duration from 0s to 10m'],
  [{ STAND_IN: 'missing' }, 'is not built yet'],
  [{ PATH: '/nonexistent' }, 'sudo apt-get install redis-server'],
])('%j stops it with the reason', async (env: Record<string, string>, reason) => {
  const run = start(env);
  expect(await run.ended).toBe(1);
  expect(run.text()).toContain(reason);
});
