import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ApiWebhook } from '@hooklane/client';
import { startReceiver } from '@hooklane/testkit';
import type { Receiver, Step } from '@hooklane/testkit';
import { startCli } from '../../testing/run-cli.ts';

let server: Receiver;
beforeEach(async () => {
  server = await startReceiver();
});
afterEach(() => server.close());

const TIME = '2026-11-23T22:00:00.000Z';

function webhook(id: string, application: string): ApiWebhook {
  return {
    id,
    account: 'jdoe',
    scope: { kind: 'application', name: application },
    event: 'build.started',
    name: 'chat',
    url: 'http://localhost:9000/',
    signing: 'standard',
    tokenHeader: 'x-webhook-token',
    hasSecret: false,
    enabled: true,
    disabled: null,
    maxInFlight: 32,
    createdAt: TIME,
    updatedAt: TIME,
  };
}

const page = (items: unknown[], next: string | null): Step => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ items, next }),
});
const run = (...args: string[]) => {
  const env = { HOOKLANE_URL: server.url('').replace(/\/$/, ''), HOOKLANE_API_TOKEN: 'a-token-of-mine' };
  return startCli(['webhooks', 'list', ...args], { env }).ended;
};

test('all webhooks are listed page by page, however many scopes there are, and off switches are told', async () => {
  const first = Array.from({ length: 200 }, (_, i) => webhook(`wh_${i}`, `app-${i}`));
  server.answer('/v1/webhooks', page(first, 'next'), page([webhook('wh_200', 'shop')], null));
  const scope = { account: 'jdoe', scope: { kind: 'application', name: 'shop' } };
  const scopes = [
    { ...scope, enabled: false, webhooks: 1 },
    { ...scope, enabled: false, webhooks: 0 },
    { ...scope, enabled: true, webhooks: 1 },
  ];
  server.answer('/v1/scopes', page(scopes, null));
  const { code, stdout, stderr } = await run();
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(202);
  expect(stdout).toContain('\twh_200\n');
  expect(stderr).toBe(
    'The application shop of jdoe is switched off: its webhooks hear nothing. ' +
      'Switch on with: hooklane scopes enable --account jdoe --application shop\n',
  );
  expect(server.received).toBe(3);
});

test('a list that is cut says that there is more', async () => {
  const items = Array.from({ length: 200 }, (_, i) => webhook(`wh_${i}`, `app-${i}`));
  const pages = Array.from({ length: 51 }, (_, i) => page(items, `page-${i}`));
  server.answer('/v1/webhooks', ...pages);
  const { code, stdout, stderr } = await run('--json', '--account', 'jdoe');
  expect(code).toBe(0);
  const listed = JSON.parse(stdout) as { items: unknown[]; more: boolean };
  expect(listed.items).toHaveLength(10_000);
  expect(listed.more).toBe(true);
  expect(stderr).toBe('There are more than the 10000 shown: name an account or a scope.\n');
}, 40_000);
