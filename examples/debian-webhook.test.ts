/**
 * The incoming-webhook server of Debian's package `webhook` (github.com/adnanh/webhook) judges the profile `github`
 * by its own rule.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort, startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { eventually } from '@hooklane/testkit';
import { whySkipped } from './testing/needs.ts';
import type { SignedRequest } from './testing/requests.ts';
import { post, signedByUs } from './testing/requests.ts';

const SECRET = 'geheim "☃" \\ nicht base64!';
const BUILD = { app_name: 'Grüße ☃', build_num: '6982', status: 'Failed' };
const noWebhook = whySkipped(['webhook']);
const when = noWebhook === '' ? describe : describe.skip;

when(`Debian's webhook server with debian-webhook/hooks.json${noWebhook}`, () => {
  let server: RunningProcess;
  let hooks: string;

  beforeAll(async () => {
    const port = await freePort();
    const file = `${import.meta.dirname}/debian-webhook/hooks.json`;
    server = await startProcess({
      name: 'webhook',
      command: 'webhook',
      args: ['-hooks', file, '-template', '-ip', '127.0.0.1', '-port', String(port)],
      env: { ...process.env, HOOK_SECRET: SECRET },
    });
    hooks = `http://127.0.0.1:${port}/hooks/hooklane`;
    await eventually(() => fetch(`http://127.0.0.1:${port}/`).then((response) => response.text()));
  });
  afterAll(() => server?.stop(2000));

  test('accepts a delivery that is signed with the profile github, and runs its command', async () => {
    const answer = await post(hooks, signedByUs([SECRET], BUILD, { profile: 'github' }));
    expect(answer).toEqual({ status: 200, text: 'build.finished Grüße ☃ Failed\n' });
  });

  test('accepts the current secret during a rotation, which is the first', async () => {
    const answer = await post(hooks, signedByUs([SECRET, 'the old one'], BUILD, { profile: 'github' }));
    expect(answer.status).toBe(200);
  });

  test('refuses a wrong secret', async () => {
    await expectRefused(signedByUs(['another secret'], BUILD, { profile: 'github' }));
  });

  test('refuses a body that was changed on the way', async () => {
    const good = signedByUs([SECRET], BUILD, { profile: 'github' });
    await expectRefused({ ...good, body: good.body.replace('Failed', 'Success') });
  });

  test('refuses a delivery without the signature of that profile', async () => {
    await expectRefused(signedByUs([SECRET], BUILD));
  });

  /** Version 2.8.0, Debian 12's, answers 500 to a signature that does not fit, and 401 to one that is missing. */
  async function expectRefused(request: SignedRequest): Promise<void> {
    const { status, text } = await post(hooks, request);
    expect([401, 500]).toContain(status);
    expect(text).toMatch(/hook rules/i);
    expect(text).not.toContain('build.finished');
  }
});
