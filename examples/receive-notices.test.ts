import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { eventually } from '@hooklane/testkit';
import { createOutput } from './testing/output.ts';
import { post, signedByOthers, signedByUs } from './testing/requests.ts';

const secret = 'a secret of the people on call';
const DISABLED = {
  type: 'webhook.disabled',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: {
    account: 'jdoe',
    message: 'Webhook chat of application shop is disabled.',
    webhook_id: 'wh_1',
    reason: 'gone',
  },
};

const output = createOutput();
let example: RunningProcess;
let url: string;
beforeAll(async () => {
  example = await startProcess({
    name: 'receive-notices.ts',
    args: [`${import.meta.dirname}/receive-notices.ts`],
    env: { ...process.env, PORT: '0', HOOK_SECRET: secret },
    onLine: output.add,
  });
  url = `${await eventually(() => output.address())}/notices`;
}, 30_000);
afterAll(() => example?.stop(2000));

test('tells of a disabled webhook, signed by us or by any Standard Webhooks library, and takes no other for it', async () => {
  const type = 'webhook.disabled';
  const before = output.lines.length;
  for (const request of [
    signedByUs([secret], DISABLED, { type }),
    signedByOthers(secret, DISABLED, { type }),
  ]) {
    expect(await post(url, request)).toEqual({ status: 204, text: '' });
  }
  expect((await post(url, signedByUs(['another'], DISABLED, { type }))).status).toBe(401);
  expect((await post(url, signedByUs([secret], DISABLED, { type: 'webhook.recovered' }))).status).toBe(400);
  const line = 'ALARM jdoe: Webhook chat of application shop is disabled. (wh_1, gone)';
  await eventually(() => expect(output.lines.slice(before)).toEqual([line, line]));
});
