import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from '@jest/globals';
import { redisImage, startContainerRedis } from './container-redis.ts';
import { startProcessRedis } from './process-redis.ts';
import { sendCommand } from './send-command.ts';
import { startRedis } from './start-redis.ts';
import type { TestRedis } from './test-redis.ts';

const started: TestRedis[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((redis) => redis.stop()));
});

function stopLater(redis: TestRedis): TestRedis {
  started.push(redis);
  return redis;
}

/** Whether this machine can take a way at all, without starting anything. */
function runs(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

/** Empty: a container can be had. */
function whyNoContainer(): string {
  if (!runs('docker', 'info')) return 'Docker does not answer';
  const image = redisImage();
  if (runs('docker', 'image', 'inspect', image) || runs('docker', 'pull', '--quiet', image)) return '';
  return `Docker can not pull ${image}`;
}

const hasServer = runs('redis-server', '--version') || runs('valkey-server', '--version');

const WAYS = [
  {
    kind: 'process',
    start: startProcessRedis,
    missing: hasServer ? '' : 'no redis-server or valkey-server on PATH',
  },
  { kind: 'container', start: startContainerRedis, missing: whyNoContainer() },
] as const;

describe.each(WAYS)('A Redis as a $kind', ({ kind, start, missing }) => {
  // A way that this machine does not have is counted as skipped, with the reason in the name.
  const possible = missing === '';
  const inThisWay = possible ? test : test.skip;
  const unless = possible ? '' : ` (skipped: ${missing})`;
  if (!possible) console.warn(`Not tested, a Redis as a ${kind}: ${missing}.`);

  inThisWay(
    `keeps what was written over kill -9 and restart, on the same port${unless}`,
    async () => {
      const redis = stopLater(await start({ aof: true }));
      expect(redis.kind).toBe(kind);
      expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
      await sendCommand(redis.port, 'SET kept yes');
      await redis.kill9();
      await expect(sendCommand(redis.port, 'PING')).rejects.toThrow('ECONNREFUSED');
      await redis.restart();
      expect(await sendCommand(redis.port, 'EXISTS kept')).toBe(':1');
      await redis.flush();
      expect(await sendCommand(redis.port, 'DBSIZE')).toBe(':0');
    },
    120_000,
  );

  inThisWay(
    `restarts while it is up${unless}`,
    async () => {
      const redis = stopLater(await start({}));
      await redis.restart();
      expect(await sendCommand(redis.port, 'PING')).toBe('+PONG');
    },
    120_000,
  );

  inThisWay(
    `answers nothing while it is paused${unless}`,
    async () => {
      const redis = stopLater(await start({}));
      await redis.pause();
      let answered = false;
      const reply = sendCommand(redis.port, 'PING').then((line) => {
        answered = true;
        return line;
      });
      await new Promise((done) => setTimeout(done, 200));
      expect(answered).toBe(false);
      await redis.resume();
      expect(await reply).toBe('+PONG');
    },
    120_000,
  );

  inThisWay(
    `takes more arguments, and stops even when it is paused or dead${unless}`,
    async () => {
      const redis = stopLater(await start({ args: ['--databases', '3'] }));
      expect(await sendCommand(redis.port, 'SELECT 3')).toMatch(/^-ERR/);
      await redis.pause();
      await redis.stop();
      await expect(sendCommand(redis.port, 'PING')).rejects.toThrow('ECONNREFUSED');
      await redis.stop();
      const dead = stopLater(await start({}));
      await dead.kill9();
      await dead.stop();
    },
    120_000,
  );
});

test('Two of them share nothing', async () => {
  const [one, other] = await Promise.all([startRedis(), startRedis()]);
  stopLater(one);
  stopLater(other);
  await sendCommand(one.port, 'SET only here');
  expect(await sendCommand(other.port, 'DBSIZE')).toBe(':0');
}, 120_000);
