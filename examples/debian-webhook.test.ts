/**
 * The incoming-webhook server of Debian's package `webhook` (github.com/adnanh/webhook) judges the profile `github`
 * by its own rule.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort, startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { eventually, startPrograms, startRedis } from '@hooklane/testkit';
import type { Programs } from '@hooklane/testkit';
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

  test('accepts what a server and a worker of Hooklane deliver, and refuses a webhook with a wrong secret', async () => {
    const redis = await startRedis();
    const env = { HOOKLANE_RETRY_SCHEDULE: '100ms' };
    const house = await startPrograms({ redisUrl: redis.url, env });
    try {
      const scope = '/accounts/jdoe/applications/shop';
      await house.call('PUT', scope, { enabled: true });
      for (const [name, secret] of [
        ['right', SECRET],
        ['wrong', 'another secret'],
      ]) {
        const webhook = { name, event: 'build.finished', url: hooks, signing: 'github', secret };
        expect((await house.call('POST', `${scope}/webhooks`, webhook)).status).toBe(201);
      }
      const body = { ...BUILD, app_name: 'shop' };
      await house.call('POST', '/events', { account: 'jdoe', type: 'build.finished', id: 'build-1', body });
      const ended = { right: 'delivered', wrong: 'dead' };
      await eventually(async () => expect(await endsOf(house, 'build-1')).toEqual(ended), {
        timeoutMs: 30_000,
      });
    } finally {
      await house.stop();
      await redis.stop();
    }
  }, 90_000);

  /** Version 2.8.0, Debian 12's, answers 500 to a signature that does not fit, and 401 to one that is missing. */
  async function expectRefused(request: SignedRequest): Promise<void> {
    const { status, text } = await post(hooks, request);
    expect([401, 500]).toContain(status);
    expect(text).toMatch(/hook rules/i);
    expect(text).not.toContain('build.finished');
  }
});

/** How an event's delivery to each webhook ended, by name. */
async function endsOf(house: Programs, id: string): Promise<Record<string, string>> {
  const { body } = await house.call('GET', `/events/${id}`);
  const { deliveries } = body as { deliveries: { webhookName: string; status: string }[] };
  return Object.fromEntries(deliveries.map(({ webhookName, status }) => [webhookName, status]));
}
