/** The tour of the README, by its own lines: only the ports are others, and the answer to the one question is given. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '@hooklane/local';
import { eventually, startPrograms, startRedis } from '@hooklane/testkit';
import type { Programs, TestRedis } from '@hooklane/testkit';
import { whySkipped } from './testing/needs.ts';

const ROOT = join(import.meta.dirname, '..');
const SECTION =
  readFileSync(join(ROOT, 'README.md'), 'utf8').split('## A first delivery, from the command line')[1] ?? '';
const BLOCKS = [...(SECTION.split('\n## ')[0] ?? '').matchAll(/```sh\n([^]*?)```/g)].map(
  ([, lines = '']) => lines,
);
const [start = '', listen = '', deliver = '', fail = '', redrive = ''] = BLOCKS;

let redis: TestRedis;
let house: Programs;
let port: number;
const running: (() => Promise<unknown>)[] = [];

const noBash = whySkipped(['bash']);
const whenBash = noBash === '' ? describe : describe.skip;

whenBash(`the tour of the README${noBash}`, () => {
  beforeAll(async () => {
    redis = await startRedis();
    port = await freePort();
    const schedule = /HOOKLANE_RETRY_SCHEDULE=(\S+) /.exec(start)?.[1] ?? '';
    house = await startPrograms({ redisUrl: redis.url, env: { HOOKLANE_RETRY_SCHEDULE: schedule } });
  }, 60_000);
  afterAll(async () => {
    await Promise.all(running.map((stop) => stop()));
    await house?.stop();
    await redis?.stop();
  }, 30_000);

  test('four events are delivered, the last ones are retried, die and are sent again', async () => {
    expect(BLOCKS).toHaveLength(5);
    expect(start).toContain('npx -y pnpm@12 start');
    const shell = listen.split('\n').slice(0, 2).join('\n');
    const receiver = async (lines: string): Promise<() => Promise<unknown>> => {
      const one = run(lines);
      running.push(one.interrupt);
      await eventually(() => expect(one.text()).toContain('Listening on'), { timeoutMs: 20_000 });
      return one.interrupt;
    };
    let stop = await receiver(listen);
    const delivered = await run(deliver).ended;
    expect(delivered.match(/: 200 after \d (try|tries), delivered$/gm)).toHaveLength(4);
    expect(delivered).toMatch(/^started: 500 after 1 try, retrying/m);

    await stop();
    stop = await receiver(`${shell}\n${commandOf('--answer 503')}`);
    const failed = await run(`${shell}\n${fail}`).ended;
    expect(failed).toMatch(/^finished: 503 after 4 tries, dead/m);
    expect(failed).toMatch(/\tdeploy\.finished\t.*\t503\texhausted\t/);

    await stop();
    await receiver(`${shell}\n${commandOf('listen --port 9000`')}`);
    const redriven = await run(`${shell}\n${redrive.replace('--all', '--all --yes')}`).ended;
    expect(redriven).toContain('Sent again\t1 of 1');
    expect(redriven).toContain('ok       workers: 1 worker is alive.');
    await eventually(async () => {
      const { body } = await house.call('GET', '/deliveries?status=delivered');
      expect(body['items']).toHaveLength(5);
    });
  }, 120_000);
});

/** A command that stands in a sentence. */
function commandOf(part: string): string {
  const found = [...SECTION.matchAll(/`[^`\n]+`/g)].map(([command]) => command);
  return found.find((command) => command.includes(part))?.replaceAll('`', '') ?? '';
}

function run(lines: string) {
  const env = {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    HOOKLANE_URL: new URL(house.api).origin,
    HOOKLANE_API_TOKEN: house.token,
  };
  const script = lines.replaceAll('9000', String(port));
  const child = spawn('bash', ['-c', script], {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(text)));
  /** Ctrl-C of a terminal: the whole group gets it. */
  const interrupt = async (): Promise<string> => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    return ended;
  };
  return { ended, text: () => text, interrupt };
}
