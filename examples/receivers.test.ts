import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { eventually } from '@hooklane/testkit';
import { createOutput } from './testing/output.ts';
import { post, signedByOthers, signedByUs } from './testing/requests.ts';

const current = 'geheim ☃ nicht base64!';
const old = 'the old one';
const BUILD = { app_name: 'Shop', build_num: '6982', status: 'Failed', msg: 'grüße ☃' };
const DEPLOY = { app_name: 'Shop', env_name: 'prod', deployment_id: 'd-1', deployment_state: 'Ok' };
const BUILD_LINE = 'build 6982 of Shop: Failed';

const EXAMPLES = ['receive-node-http.ts', 'receive-express.ts', 'receive-fastify.ts', 'receive-hono.ts'];

describe.each(EXAMPLES)('%s', (file) => {
  const output = createOutput();
  let example: RunningProcess;
  let hooks: string;

  beforeAll(async () => {
    example = await startProcess({
      name: file,
      args: [`${import.meta.dirname}/${file}`],
      env: { ...process.env, PORT: '0', HOOK_SECRET: current, OLD_HOOK_SECRET: old },
      onLine: output.add,
    });
    hooks = `${await eventually(() => output.address())}/hooks`;
  });
  afterAll(() => example?.stop(2000));

  /** What the example printed while `act` ran. */
  async function printedBy(act: () => Promise<void>): Promise<string[]> {
    const before = output.lines.length;
    await act();
    return output.lines.slice(before);
  }

  test('takes what Hooklane signs, and what any Standard Webhooks library signs', async () => {
    for (const request of [signedByUs([current], BUILD), signedByOthers(current, BUILD)]) {
      const before = output.lines.length;
      expect(await post(hooks, request)).toEqual({ status: 204, text: '' });
      await eventually(() => expect(output.lines.slice(before)).toEqual([BUILD_LINE]));
    }
  });

  test('tells deploys from builds, and answers events that it does not listen to', async () => {
    const before = output.lines.length;
    expect((await post(hooks, signedByUs([current], DEPLOY, { type: 'deploy.started' }))).status).toBe(204);
    expect((await post(hooks, signedByUs([current], DEPLOY, { type: 'deploy.finished' }))).status).toBe(204);
    await eventually(() => expect(output.lines.slice(before)).toEqual(['deploy of Shop to prod: Ok']));
  });

  test('works on an event once, however often it comes', async () => {
    const id = 'evt_repeated';
    const before = output.lines.length;
    expect((await post(hooks, signedByUs([current], BUILD, { id }))).status).toBe(204);
    const again = signedByUs([current], BUILD, { id, attempt: 2 });
    expect(await post(hooks, again)).toEqual({ status: 200, text: '{"repeat":true}' });
    expect(await post(hooks, again)).toEqual({ status: 200, text: '{"repeat":true}' });
    await eventually(() => expect(output.lines.slice(before)).toEqual([BUILD_LINE]));
  });

  test('takes both secrets during a rotation', async () => {
    expect((await post(hooks, signedByUs([old], BUILD))).status).toBe(204);
    expect((await post(hooks, signedByUs(['a third', current], BUILD))).status).toBe(204);
  });

  test('refuses a wrong secret, a changed body, a changed id and a replay with 401', async () => {
    const good = signedByUs([current], BUILD);
    const printed = await printedBy(async () => {
      const wrong = await post(hooks, signedByUs(['another secret'], BUILD));
      expect(wrong).toEqual({ status: 401, text: '{"reason":"no_match"}' });
      expect((await post(hooks, signedByOthers('another secret', BUILD))).status).toBe(401);
      expect((await post(hooks, { ...good, body: good.body.replace('6982', '6983') })).status).toBe(401);
      const renamed = { ...good.headers, 'webhook-id': 'evt_2', 'hooklane-delivery': 'evt_2.wh_1' };
      expect((await post(hooks, { ...good, headers: renamed })).status).toBe(401);
      const replay = signedByUs([current], BUILD, { timestampSec: Math.floor(Date.now() / 1000) - 301 });
      expect(await post(hooks, replay)).toEqual({ status: 401, text: '{"reason":"timestamp_too_old"}' });
    });
    expect(printed).toEqual([]);
  });

  test('refuses a signed body that is not of its event with 400', async () => {
    const answer = await post(hooks, signedByUs([current], DEPLOY, { type: 'build.finished' }));
    expect(answer).toEqual({ status: 400, text: '{"reason":"invalid_body"}' });
  });

  test('refuses a body that is too large with 413, and goes on', async () => {
    const large = signedByUs([current], { ...BUILD, log: 'x'.repeat(1_200_000) });
    expect(await post(hooks, large)).toEqual({ status: 413, text: '{"reason":"body_too_large"}' });
    expect((await post(hooks, signedByUs([current], BUILD))).status).toBe(204);
  });

  test('takes a body of the size that Hooklane allows', async () => {
    const largest = { ...BUILD, log: 'x'.repeat(1024 * 1024 - 200) };
    expect((await post(hooks, signedByUs([current], largest))).status).toBe(204);
  });

  test('answers other methods and addresses without reading them', async () => {
    expect((await fetch(hooks)).status).toBeGreaterThanOrEqual(404);
    expect((await post(hooks.replace('/hooks', '/nothing'), signedByUs([current], BUILD))).status).toBe(404);
  });

  test('leaves the rest of the application its parsers', async () => {
    if (file === 'receive-node-http.ts') return;
    const echo = { headers: { 'content-type': 'application/json' }, body: '{"a":[1]}' };
    expect(await post(hooks.replace('/hooks', '/echo'), echo)).toEqual({ status: 200, text: '{"a":[1]}' });
  });
});
