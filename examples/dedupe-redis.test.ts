import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { createOutput } from './testing/output.ts';
import type { Output } from './testing/output.ts';
import { post, signedByUs } from './testing/requests.ts';

const SECRET = 'a shared secret';
const DEPLOY = { app_name: 'shop', env_name: 'prod', deployment_id: 'd-1', deployment_state: 'Ok' };

let redis: TestRedis;
const running: { example: RunningProcess; output: Output; address: string }[] = [];

beforeAll(async () => {
  redis = await startRedis();
  for (const name of ['one', 'two']) {
    const output = createOutput();
    const example = await startProcess({
      name,
      args: [`${import.meta.dirname}/dedupe-redis.ts`],
      env: { ...process.env, PORT: '0', HOOK_SECRET: SECRET, REDIS_URL: redis.url },
      onLine: output.add,
    });
    running.push({ example, output, address: '' });
  }
  for (const one of running) one.address = await eventually(() => one.output.address());
});
afterAll(async () => {
  await Promise.all(running.map(({ example }) => example.stop(2000)));
  await redis?.stop();
});

function send(receiver: number, id: string, attempt: number): Promise<{ status: number; text: string }> {
  const request = signedByUs([SECRET], DEPLOY, { type: 'deploy.finished', id, attempt });
  return post(running[receiver]?.address ?? '', request);
}

function told(): string[] {
  return running.flatMap(({ output }) => output.lines.filter((line) => line.startsWith('told')));
}

test('two processes that get an event at the same moment work on it once', async () => {
  const answers = await Promise.all([send(0, 'evt_1', 1), send(1, 'evt_1', 1), send(0, 'evt_1', 1)]);
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  for (const answer of answers) expect([200, 204, 503]).toContain(answer.status);
  expect(await send(1, 'evt_1', 2)).toEqual({ status: 200, text: '{"repeat":true}' });
  expect(await send(0, 'evt_1', 3)).toEqual({ status: 200, text: '{"repeat":true}' });
  await eventually(() => expect(told()).toHaveLength(1));
});

test('without Redis the answer is 500 at once, and the next try is worked on when it is back', async () => {
  await redis.kill9();
  await eventually(() => expect(running[0]?.output.lines.join('\n')).toMatch(/^redis: /m));
  const start = performance.now();
  expect(await send(0, 'evt_2', 1)).toEqual({ status: 500, text: '{"reason":"handler_failed"}' });
  expect(performance.now() - start).toBeLessThan(15_000);
  await redis.restart();
  await eventually(async () => expect((await send(0, 'evt_2', 2)).status).toBe(204));
  expect((await send(0, 'evt_2', 3)).status).toBe(200);
});
