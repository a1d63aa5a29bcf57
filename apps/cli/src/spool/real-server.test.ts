import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort, startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { eventually, startReceiver, startRedis } from '@hooklane/testkit';
import type { Receiver, TestRedis } from '@hooklane/testkit';
import { startCli } from '../testing/run-cli.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const TOKEN = 'hl_a-token-for-this-test-0123456789';
const APP = ['--account', 'jdoe', '--application', 'shop'];

let dir: string;
let redis: TestRedis;
let receiver: Receiver;
let server: RunningProcess | null = null;
let worker: RunningProcess | null = null;
let port: number;
let workerPort: number;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hooklane-cli-real-'));
  [redis, receiver] = await Promise.all([startRedis({ aof: true }), startReceiver()]);
  port = await freePort();
  workerPort = await freePort();
  await startServer();
  worker = await startProgram('worker', workerPort);
}, 60_000);
afterAll(async () => {
  await Promise.all([server?.stop(5000), worker?.stop(5000)]);
  await Promise.all([redis.stop(), receiver.close()]);
  await rm(dir, { recursive: true, force: true });
}, 30_000);

async function startServer(): Promise<void> {
  server = await startProgram('server', port);
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200), {
    timeoutMs: 30_000,
    describe: 'a ready server',
  });
}

function startProgram(name: string, ownPort: number): Promise<RunningProcess> {
  const entry = join(ROOT, 'apps', name, 'dist', 'main.js');
  if (!existsSync(entry)) throw new Error(`${entry} is missing. Build with: npx -y pnpm@12 build`);
  return startProcess({
    name,
    args: [entry],
    env: {
      PATH: process.env['PATH'],
      REDIS_URL: redis.url,
      PORT: String(ownPort),
      HOOKLANE_API_TOKEN: TOKEN,
      HOOKLANE_DATA_DIR: join(dir, 'keys'),
      HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
      HOOKLANE_GRACE: '1s',
      LOG_LEVEL: 'error',
    },
  });
}

function run(...args: string[]) {
  const env = { HOOKLANE_URL: `http://127.0.0.1:${port}`, HOOKLANE_API_TOKEN: TOKEN };
  return startCli(args, { env, cwd: dir }).ended;
}
const bodyOf = (num: number): string =>
  `{"status":"\\u00e9","app_name":"shop","build_num":"${num}","2":1.0,"1":1e2}`;

async function emit(num: number, ...more: string[]) {
  await writeFile(join(dir, `${num}.json`), bodyOf(num));
  const event = ['build.finished', '--account', 'jdoe', '--file', `${num}.json`, '--id', `build-${num}`];
  const { code, stdout } = await run('emit', ...event, '--spool', 'spool', ...more);
  return { code, stdout };
}

test('nothing is lost while the server is stopped, nor while its Redis is away', async () => {
  const url = receiver.url('/hook');
  await run('webhooks', 'add', ...APP, '--name', 'chat', '--event', 'build.finished', '--url', url);
  await run('scopes', 'enable', ...APP);
  expect(await emit(1, '--wait')).toEqual({ code: 0, stdout: 'build-1\n' });

  await server?.stop(5000);
  expect(await emit(2)).toEqual({ code: 0, stdout: 'spooled build-2\n' });
  expect(await run('spool', 'flush', '--spool', 'spool', '--timeout', '500ms')).toMatchObject({ code: 3 });
  expect(await emit(3)).toEqual({ code: 0, stdout: 'spooled build-3\n' });
  await startServer();
  expect(await emit(4, '--wait')).toEqual({ code: 0, stdout: 'build-4\n' });

  await redis.kill9();
  expect(await emit(5)).toEqual({ code: 0, stdout: 'spooled build-5\n' });
  expect(await emit(6, '--wait')).toEqual({ code: 4, stdout: 'spooled build-6\n' });
  await redis.restart();
  expect(await run('spool', 'flush', '--spool', 'spool')).toMatchObject({
    code: 0,
    stdout: '2 sent, 0 refused, none waits\n',
  });

  const bodies = [1, 2, 3, 4, 5, 6].map(bodyOf);
  await eventually(
    () => expect(new Set(receiver.requests.map(({ body }) => body))).toEqual(new Set(bodies)),
    {
      timeoutMs: 30_000,
    },
  );
}, 120_000);
