/** The examples in shell that talk to a server: the real one, with a worker and a receiver. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findProgram, freePort, startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { eventually, startReceiver, startRedis } from '@hooklane/testkit';
import type { Receiver, TestRedis } from '@hooklane/testkit';
import { whySkipped } from './testing/needs.ts';
import { runShell } from './testing/run.ts';
import type { Finished } from './testing/run.ts';

const TOKEN = 'the-token-of-the-examples';
const running: RunningProcess[] = [];
let redis: TestRedis;
let receiver: Receiver;
let folder: string;
/** What the examples read from their environment. */
let env: { HOOKLANE_URL: string; HOOKLANE_API_TOKEN: string };

beforeAll(async () => {
  redis = await startRedis();
  receiver = await startReceiver();
  folder = await mkdtemp(join(tmpdir(), 'hooklane-pipeline-'));
  const [server, worker] = [await start('server'), await start('worker')];
  for (const url of [server, worker]) await eventually(() => ask(`${url}/readyz`), { timeoutMs: 30_000 });
  env = { HOOKLANE_URL: server, HOOKLANE_API_TOKEN: TOKEN };
}, 60_000);
afterAll(async () => {
  await Promise.all(running.map((program) => program.stop(10_000)));
  await receiver?.close();
  await redis?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

/** Starts a built program on a free port. A try that fails is tried once more, after a second. */
async function start(name: 'server' | 'worker'): Promise<string> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const settings = {
    ...process.env,
    PORT: new URL(url).port,
    REDIS_URL: redis.url,
    HOOKLANE_API_TOKEN: TOKEN,
    HOOKLANE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    HOOKLANE_DATA_DIR: folder,
    HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
    HOOKLANE_RETRY_SCHEDULE: '1s',
    LOG_LEVEL: 'warn',
  };
  const main = join(import.meta.dirname, '..', 'apps', name, 'dist', 'main.js');
  running.push(await startProcess({ name, args: [main], env: settings }));
  return url;
}

/** One request to a program; throws unless it answers 2xx. */
async function ask(url: string, method = 'GET', body?: unknown): Promise<void> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', connection: 'close' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${said}`);
}

/** A webhook of an application or environment that is switched on; its path at the receiver is `/<name>`. */
async function listen(kind: 'applications' | 'environments', name: string, event: string): Promise<void> {
  const scope = `${env.HOOKLANE_URL}/v1/accounts/jdoe/${kind}/${name}`;
  await ask(scope, 'PUT', { enabled: true });
  await ask(`${scope}/webhooks`, 'POST', { name: 'hook', event, url: receiver.url(`/${name}`) });
}

function received(name: string): string[] {
  return receiver.requests.filter((request) => request.path === `/${name}`).map((request) => request.body);
}

async function bodyFile(name: string, body: string): Promise<string> {
  const file = join(folder, `${name}.json`);
  await writeFile(file, body);
  return file;
}

const noCurl = whySkipped(['curl']);
const whenCurl = noCurl === '' ? describe : describe.skip;

whenCurl(`emit.sh${noCurl}`, () => {
  const BODY =
    '{"app_name":"shop","build_num":"6982","status":"Success","msg":"\\"grüße\\" ☃","n":12345678901234567890}';

  async function emit(body: string, id: string, change: Record<string, string> = {}): Promise<Finished> {
    const args = ['jdoe', 'build.finished', await bodyFile(id, body), id];
    return runShell('emit.sh', args, { ...env, ...change });
  }

  test('prints the id, and the webhook gets the bytes of the file; run again it delivers once', async () => {
    await listen('applications', 'shop', 'build.finished');
    for (let run = 1; run <= 2; run++) {
      expect(await emit(BODY, 'build-6982')).toEqual({ code: 0, stdout: 'build-6982\n', stderr: '' });
    }
    await eventually(() => expect(received('shop')).toHaveLength(1));
    // The worker takes the second one after the first: when a third event is here, the second went nowhere.
    expect((await emit(BODY.replace('6982', '6983'), 'build-6983')).code).toBe(0);
    await eventually(() => expect(received('shop')).toEqual([BODY, BODY.replace('6982', '6983')]));
  });

  test('says why the server did not take it, and ends with 1', async () => {
    const empty = await emit('{"app_name":"shop"}', 'build-1');
    expect(empty).toMatchObject({ code: 1, stdout: '' });
    expect(empty.stderr).toMatch(/^not emitted: .*"code":"event_body_mismatch"/m);
    const stranger = await emit(BODY, 'build-1', { HOOKLANE_API_TOKEN: 'wrong' });
    expect(stranger).toMatchObject({ code: 1, stdout: '' });
    expect(stranger.stderr).toMatch(/^not emitted: .*"code":"unauthorized"/m);
  });

  test('ends with 1 when there is no server, or one that is not Hooklane', async () => {
    const away = await emit(BODY, 'build-1', { HOOKLANE_URL: `http://127.0.0.1:${await freePort()}` });
    expect(away).toMatchObject({ code: 1, stdout: '' });
    expect(away.stderr).toMatch(/^curl: /);
    const other = await emit(BODY, 'build-1', { HOOKLANE_URL: receiver.url('/other') });
    expect(other).toEqual({ code: 1, stdout: '', stderr: 'not emitted: \n' });
  });

  test('ends with 2 and its usage when an argument or the file is missing', async () => {
    for (const args of [[], ['jdoe', 'build.finished', '/not/there.json', 'build-1']]) {
      const { code, stderr } = await runShell('emit.sh', args, env);
      expect({ code, stderr }).toEqual({ code: 2, stderr: 'usage: emit.sh ACCOUNT TYPE BODY.json ID\n' });
    }
  });

  test('keeps the token out of the process list', async () => {
    const curl = join(folder, 'curl');
    const real = findProgram(['curl'], process.env['PATH']) ?? '';
    await writeFile(curl, `#!/bin/sh\necho "$@" >'${folder}/arguments'\nexec '${real}' "$@"\n`);
    await chmod(curl, 0o755);
    expect((await emit(BODY.replace('6982', '6984'), 'build-6984', { PATH: folder })).code).toBe(0);
    const args = await readFile(join(folder, 'arguments'), 'utf8');
    expect(args).toContain('/v1/events');
    expect(args).not.toContain(env.HOOKLANE_API_TOKEN);
  });
});

describe('gate.sh', () => {
  async function gate(name: string, change: Record<string, string> = {}): Promise<Finished> {
    const body = { app_name: 'shop', env_name: name, deployment_id: 'd-1', deployment_state: 'InProgress' };
    const args = ['jdoe', await bodyFile(name, JSON.stringify(body)), `deploy-${name}`];
    return runShell('gate.sh', args, { ...env, ...change });
  }

  test('opens when the change management has acknowledged the deploy, at the second try', async () => {
    await listen('environments', 'prod', 'deploy.started');
    receiver.answer('/prod', 503, 200);
    const { code, stdout } = await gate('prod');
    expect(stdout).toBe('deploy-prod\ngate: acknowledged, the deploy may go on\n');
    expect(code).toBe(0);
    expect(received('prod')).toHaveLength(2);
  });

  test('stays shut with 1 when every try was refused', async () => {
    await listen('environments', 'frozen', 'deploy.started');
    receiver.answer('/frozen', 403);
    const { code, stdout, stderr } = await gate('frozen');
    expect(stdout).toBe('deploy-frozen\n');
    expect(stderr).toContain('403 after 2 tries, dead');
    expect(stderr).toMatch(/^gate: not acknowledged and not tried again: do not deploy$/m);
    expect(code).toBe(1);
  });

  test('stays shut with 1 when nobody listens', async () => {
    const { code, stderr } = await gate('unheard');
    expect(stderr).toContain('Nobody heard of it');
    expect(code).toBe(1);
  });

  test('ends with 4 while there is no answer; run again it waits on and announces nothing twice', async () => {
    await listen('environments', 'slow', 'deploy.started');
    receiver.answer('/slow', { status: 200, delayMs: 4000 });
    const { code, stderr } = await gate('slow', { GATE_WAIT: '1s' });
    expect(stderr).toMatch(/^gate: not acknowledged in time: do not deploy yet/m);
    expect(code).toBe(4);
    expect(await gate('slow')).toMatchObject({ code: 0 });
    expect(received('slow')).toHaveLength(1);
  });

  test('stays shut when the server cannot be reached or the command line is wrong', async () => {
    const away = await gate('prod', { HOOKLANE_URL: `http://127.0.0.1:${await freePort()}` });
    expect(away.stderr).toMatch(/^gate: nobody could be asked: do not deploy$/m);
    expect(away.code).toBe(3);
    expect((await runShell('gate.sh', [], env)).code).toBe(2);
  });
});
