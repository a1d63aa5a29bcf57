import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findProgram } from './find-program.ts';
import { findRedis } from './find-redis.ts';
import type { FindRedisOptions } from './find-redis.ts';
import { freePort } from './free-port.ts';
import type { LocalRedis } from './local-redis.ts';
import { isAlive, signal } from './process-signals.ts';
import { waitUntil } from './wait-until.ts';

const PATH = process.env['PATH'] ?? '';
let folder: string;
const started: LocalRedis[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooklane-local-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((redis) => redis.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function find(options: Partial<FindRedisOptions> = {}): Promise<LocalRedis> {
  const redis = await findRedis({ env: { PATH }, dataDir: folder, ...options });
  started.push(redis);
  return redis;
}

/** One command with plain words; the first line of the reply, or the value. */
async function ask(redis: { port: number }, ...command: string[]): Promise<string> {
  const socket = connect(redis.port, '127.0.0.1');
  socket.setEncoding('utf8');
  socket.write(`${command.join(' ')}\r\n`);
  const [reply] = (await once(socket, 'data')) as [string];
  socket.destroy();
  const lines = reply.trim().split('\r\n');
  return /^[$*]/.test(reply) ? lines.slice(1).join('\n') : (lines[0] ?? '');
}

describe('a Redis of our own', () => {
  test('is set up to keep what it acknowledged, on 127.0.0.1 only, in its own folder', async () => {
    const redis = await find();
    expect(redis).toMatchObject({ kind: 'private', url: `redis://127.0.0.1:${redis.port}` });
    expect(await ask(redis, 'CONFIG', 'GET', 'appendonly')).toContain('yes');
    const settings = await Promise.all(
      ['appendfsync', 'maxmemory-policy', 'save', 'bind', 'dir'].map((name) =>
        ask(redis, 'CONFIG', 'GET', name),
      ),
    );
    expect(settings.join()).toContain('everysec');
    expect(settings.join()).toContain('noeviction');
    expect(settings.join()).toContain(join(folder, 'redis'));
    expect(settings.join()).not.toContain('3600');
    expect(settings[3]).toContain('127.0.0.1');
  });

  test('keeps its data through kill -9 and restart, on the same port', async () => {
    const deaths: string[] = [];
    const redis = await find({ onDeath: (message) => deaths.push(message) });
    const { port, pid } = redis;
    expect(await ask(redis, 'SET', 'fact', 'kept')).toBe('+OK');
    await redis.kill9();
    await expect(ask(redis, 'PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await redis.restart();
    expect(await ask(redis, 'GET', 'fact')).toBe('kept');
    expect(redis.port).toBe(port);
    expect(redis.pid).not.toBe(pid);
    expect(deaths).toEqual([]);
  });

  test('keeps its data through stop and a new start', async () => {
    const first = await find();
    await ask(first, 'SET', 'fact', 'kept');
    await first.stop();
    expect(isAlive(first.pid ?? 0)).toBe(false);
    expect(await ask(await find(), 'GET', 'fact')).toBe('kept');
  });

  test('tells when it ends by itself', async () => {
    const death = Promise.withResolvers<string>();
    const redis = await find({ onDeath: death.resolve });
    signal(redis.pid ?? 0, 'SIGKILL');
    expect(await death.promise).toContain(String(redis.pid));
    await redis.restart();
    expect(await ask(redis, 'PING')).toBe('+PONG');
  });

  test('takes the port it is given, and says so when another program has it', async () => {
    const port = await freePort();
    expect((await find({ port })).port).toBe(port);
    const blocker = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const taken = (blocker.address() as AddressInfo).port;
    await expect(find({ port: taken, dataDir: join(folder, 'b') })).rejects.toThrow('Address already in use');
    blocker.close();
    await once(blocker, 'close');
    expect(await readdir(join(folder, 'b', 'redis'))).not.toContain('in-use.json');
  });

  test('is not taken for another Redis that has the port', async () => {
    const other = await find();
    const late = find({ port: other.port, dataDir: join(folder, 'b') });
    await expect(late).rejects.toThrow('Address already in use');
  });

  test('is one for a folder: a second start is refused while the first one is up', async () => {
    const first = await find();
    const second = find();
    await expect(second).rejects.toMatchObject({ code: 'redis_unavailable' });
    await expect(second).rejects.toThrow(`process ${process.pid}`);
    await expect(second).rejects.toThrow('HOOKLANE_DATA_DIR');
    expect(await ask(first, 'PING')).toBe('+PONG');
  });

  test('is one for a folder: of many starts at once one wins', async () => {
    const starts = await Promise.allSettled(Array.from({ length: 8 }, () => find()));
    expect(starts.filter((start) => start.status === 'fulfilled')).toHaveLength(1);
  });

  test.each(['exit', 'kill -9'])('ends with its launcher, its data kept (%s)', async (how) => {
    const launcher = await launchElsewhere(folder);
    await ask(launcher, 'SET', 'fact', 'kept');
    if (how === 'exit') launcher.child.stdin.end('exit');
    else launcher.child.kill('SIGKILL');
    await once(launcher.child, 'exit');
    expect(await waitUntil(() => !isAlive(launcher.redisPid), { timeoutMs: 5000 })).toBe(true);
    expect(await ask(await find(), 'GET', 'fact')).toBe('kept');
  });

  test('one that did outlive its launcher is stopped by the next start, its data kept', async () => {
    const orphan = await find();
    await ask(orphan, 'SET', 'fact', 'kept');
    const dead = spawn('/bin/true');
    await once(dead, 'exit');
    const file = join(folder, 'redis', 'in-use.json');
    const record = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...record, owner: dead.pid }));
    const redis = await find();
    expect(await waitUntil(() => !isAlive(orphan.pid ?? 0), { timeoutMs: 5000 })).toBe(true);
    expect(await ask(redis, 'GET', 'fact')).toBe('kept');
  });

  test('a claim whose process ids now belong to others is cleared', async () => {
    await mkdir(join(folder, 'redis'), { recursive: true });
    const server = { kind: 'private', pid: process.pid, port: 6379 };
    const record = JSON.stringify({ owner: process.pid, claimedAt: 0, server });
    await writeFile(join(folder, 'redis', 'in-use.json'), record);
    expect(await ask(await find(), 'PING')).toBe('+PONG');
    expect(isAlive(process.pid)).toBe(true);
  });

  test('a claim that cannot be read is cleared', async () => {
    await mkdir(join(folder, 'redis'), { recursive: true });
    await writeFile(join(folder, 'redis', 'in-use.json'), '{"owner":');
    expect(await ask(await find(), 'PING')).toBe('+PONG');
  });

  test('one that cannot start rejects with the end of its log', async () => {
    const redis = await find();
    await ask(redis, 'SET', 'fact', 'kept');
    await redis.stop();
    const parts = join(folder, 'redis', 'appendonlydir');
    for (const name of await readdir(parts)) await writeFile(join(parts, name), 'not an append-only file');
    await expect(find()).rejects.toThrow(/ended at once:[^]*(AOF|append)/i);
  });
});

/** A process that starts a private Redis; it exits when it reads something. */
async function launchElsewhere(dataDir: string) {
  const source = JSON.stringify(new URL('./find-redis.ts', import.meta.url).href);
  const script = `
    const { findRedis } = await import(${source});
    const redis = await findRedis({ env: { PATH: process.env.PATH }, dataDir: ${JSON.stringify(dataDir)} });
    console.log(JSON.stringify({ port: redis.port, pid: redis.pid }));
    process.stdin.once('data', () => process.exit(0));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { port, pid } = JSON.parse(String(line)) as { port: number; pid: number };
  return { child, port, redisPid: pid };
}

describe('the order of choice', () => {
  test('REDIS_URL comes first, is left running and is not ours to kill', async () => {
    const other = await find();
    const given = await findRedis({ env: { REDIS_URL: other.url, PATH }, dataDir: join(folder, 'unused') });
    expect(given).toMatchObject({ kind: 'given', url: other.url, port: other.port });
    expect(given.pid).toBeUndefined();
    await given.stop();
    await expect(given.kill9()).rejects.toThrow('not ours');
    await expect(given.restart()).rejects.toThrow('not ours');
    expect(await ask(other, 'PING')).toBe('+PONG');
    expect(await readdir(folder)).toEqual(['redis']);
  });

  test('a password of REDIS_URL is used, a wrong one is refused without showing it', async () => {
    const other = await find();
    await ask(other, 'CONFIG', 'SET', 'requirepass', 'right-password');
    const urlOf = (password: string): string => `redis://:${password}@127.0.0.1:${other.port}/0`;
    const given = await findRedis({ env: { REDIS_URL: urlOf('right-password') }, dataDir: folder });
    expect(given.kind).toBe('given');
    const wrong = findRedis({ env: { REDIS_URL: urlOf('wrong-password') }, dataDir: folder });
    await expect(wrong).rejects.toThrow('WRONGPASS');
    await expect(wrong).rejects.not.toThrow('wrong-password');
  });

  test('a REDIS_URL that does not answer is an error, not a reason to take another', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const given = findRedis({ env: { REDIS_URL: url, PATH }, dataDir: folder });
    await expect(given).rejects.toMatchObject({ code: 'redis_unavailable' });
    expect(await readdir(folder)).toEqual([]);
  });

  test('a Cluster and Sentinels are left to the programs to ask; what is no address is refused by its form', async () => {
    const url = 'redis+cluster://127.0.0.1:7000,127.0.0.1:7001';
    const given = await findRedis({ env: { REDIS_URL: url }, dataDir: folder });
    expect(given).toMatchObject({ kind: 'given', url, port: 7000 });
    const wrong = findRedis({ env: { REDIS_URL: 'redis+sentinel://s3cret@a' }, dataDir: folder });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_setting', field: 'REDIS_URL' });
    await expect(wrong).rejects.toThrow('the name of the master');
    await expect(wrong).rejects.not.toThrow('s3cret');
  });

  test('an empty REDIS_URL counts as not set', async () => {
    expect((await find({ env: { REDIS_URL: '', PATH } })).kind).toBe('private');
  });

  test('valkey-server is as good as redis-server', async () => {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    await symlink(findProgram(['redis-server', 'valkey-server'], PATH) ?? '', join(bin, 'valkey-server'));
    expect((await find({ env: { PATH: bin } })).kind).toBe('private');
  });

  test('with nothing there, the error names the install lines', async () => {
    const none = find({ env: { PATH: join(folder, 'empty') } });
    await expect(none).rejects.toMatchObject({ code: 'redis_unavailable' });
    await expect(none).rejects.toThrow('sudo apt-get install redis-server');
    await expect(none).rejects.toThrow('brew install redis');
    await expect(none).rejects.toThrow(/Docker: +https:/);
  });

  test('a Docker without its daemon is told apart', async () => {
    const bin = await fakeDocker('exit 1');
    await expect(find({ env: { PATH: bin } })).rejects.toThrow('the Docker daemon does not answer');
  });
});

describe('Docker, when there is no server on PATH (a stand-in for the command that runs the local server)', () => {
  test('starts, keeps its data through kill and restart, stops', async () => {
    const progress: string[] = [];
    const bin = await dockerThatRunsTheServer();
    const redis = await find({ env: { PATH: bin }, onProgress: (message) => progress.push(message) });
    expect(redis).toMatchObject({ kind: 'docker', dir: join(folder, 'redis-docker') });
    expect(progress.join()).toContain('redis:8-alpine');
    await ask(redis, 'SET', 'fact', 'kept');
    await redis.kill9();
    await expect(ask(redis, 'PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await redis.restart();
    expect(await ask(redis, 'GET', 'fact')).toBe('kept');
    await expect(find({ env: { PATH: bin } })).rejects.toThrow('is in use');
    await redis.stop();
    await expect(ask(redis, 'PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const runs = (await readFile(join(folder, 'docker.log'), 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('run '));
    expect(runs).toHaveLength(2);
    expect(runs[0]).toContain(`-p 127.0.0.1:${redis.port}:6379 -v ${join(folder, 'redis-docker')}:/data`);
    expect(runs[0]).toContain('redis:8-alpine redis-server --dir /data --appendonly yes');
  });
});

async function fakeDocker(script: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'docker'), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, 'docker'), 0o755);
  return bin;
}

/** It knows `version`, `run`, `inspect`, `stop` and `kill` as far as they are used. */
async function dockerThatRunsTheServer(): Promise<string> {
  const server = findProgram(['redis-server', 'valkey-server'], PATH);
  return fakeDocker(`
PATH=${PATH}
cd ${folder}
echo "$@" >> docker.log
case "$1" in
  version) echo 28 ;;
  run)
    for word; do case "$word" in 127.0.0.1:*:6379) port=$(echo "$word" | cut -d: -f2) ;; esac; done
    mkdir -p redis-docker
    setsid ${server} --bind 127.0.0.1 --port $port --dir ${folder}/redis-docker --appendonly yes --save '' >/dev/null 2>&1 &
    echo $! > docker.pid ;;
  inspect) kill -0 $(cat docker.pid) && echo true ;;
  stop) [ -f docker.pid ] && kill $(cat docker.pid); while kill -0 $(cat docker.pid); do sleep 0.05; done ;;
  kill) kill -9 $(cat docker.pid) ;;
esac 2>/dev/null`);
}
