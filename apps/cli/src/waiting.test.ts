/** Commands that wait: for a server that comes and goes, and for a person who ends them. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ApiDelivery, ApiEvent, ApiRedrive, ApiWebhook } from '@hooklane/client';
import { eventually, startReceiver } from '@hooklane/testkit';
import type { Receiver, Step } from '@hooklane/testkit';
import { startCli } from './testing/run-cli.ts';

const TIME = '2026-11-23T22:00:00.000Z';

let server: Receiver;
beforeEach(async () => {
  server = await startReceiver();
});
afterEach(() => server.close());

const json = (body: unknown, status = 200): Step => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const AWAY: Step = {
  status: 503,
  headers: { 'content-type': 'application/problem+json', 'retry-after': '0' },
  body: JSON.stringify({ status: 503, code: 'redis_unavailable', detail: 'Redis is away.' }),
};

function start(...args: string[]) {
  const env = { HOOKLANE_URL: server.url('').replace(/\/$/, ''), HOOKLANE_API_TOKEN: 'a-token-of-mine' };
  const input = '{"app_name":"shop","build_num":"1","status":"Queued"}';
  return startCli(args, { env, input });
}

function delivery(status: ApiDelivery['status']): ApiDelivery {
  return {
    id: 'mine.wh_1',
    eventId: 'mine',
    webhookId: 'wh_1',
    webhookName: 'chat',
    account: 'jdoe',
    scope: { kind: 'application', name: 'shop' },
    event: 'build.started',
    status,
    reason: null,
    createdAt: TIME,
    nextAttemptAt: null,
    attemptCount: 0,
    lastAttemptAt: null,
    lastOutcome: null,
    lastStatusCode: null,
    attempts: [],
  };
}

function event(status: ApiDelivery['status']): ApiEvent {
  const { account, scope } = delivery(status);
  const times = { occurredAt: TIME, acceptedAt: TIME };
  const deliveries = [delivery(status)];
  return {
    id: 'mine',
    type: 'build.started',
    account,
    scope,
    ...times,
    body: {},
    unmatched: null,
    deliveries,
  };
}

function redrive(change: Partial<ApiRedrive> = {}): ApiRedrive {
  return {
    id: 'rd_1',
    action: 'redrive',
    reason: null,
    filter: { account: 'jdoe' },
    accounts: null,
    state: 'running',
    matched: 20_000,
    done: 400,
    createdAt: TIME,
    finishedAt: null,
    ...change,
  };
}

const emit = (...more: string[]) =>
  start('emit', 'build.started', '--account', 'jdoe', '--file', '-', '--id', 'mine', ...more);

test('a wait goes on while the server is away, and says so once', async () => {
  server.answer('/v1/events', json({ id: 'mine' }, 202));
  const away = Array.from({ length: 8 }, (_, i): Step => (i < 4 ? 'reset' : AWAY));
  server.answer('/v1/events/mine', json(event('pending')), ...away, json(event('delivered')));
  const { code, stdout, stderr } = await emit('--wait', '40s').ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'mine\n' });
  expect(stderr).toMatch(/^(unreachable|redis_unavailable): .* Trying again\.\n$/);
}, 60_000);

test('a wait whose server does not come back ends with 3, and one that is refused at once', async () => {
  server.answer('/v1/events', json({ id: 'mine' }, 202));
  server.answer('/v1/events/mine', json(event('pending')), 'reset');
  expect(await emit('--wait', '3s').ended).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/Trying again\.\nunreachable: /),
  });
  const refused = { status: 401, code: 'unauthorized', detail: 'The API token is not the right one.' };
  const headers = { 'content-type': 'application/problem+json' };
  server.answer('/v1/events/mine', { status: 401, headers, body: JSON.stringify(refused) });
  expect(await emit('--wait', '1h').ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^unauthorized: /),
  });
}, 60_000);

test.each([
  ['scope_disabled', 'Switch on with: hooklane scopes enable --account jdoe --application shop'],
  ['no_matching_webhook', 'See what there is with: hooklane webhooks list --account jdoe --application shop'],
] as const)(
  'when nobody hears of it (%s), the command that helps is told',
  async (reason, remedy) => {
    server.answer('/v1/events', json({ id: 'mine' }, 202));
    const unmatched = { reason, message: 'Because.' };
    server.answer('/v1/events/mine', json({ ...event('pending'), deliveries: [], unmatched }));
    const told = {
      code: 1,
      stdout: 'mine\n',
      stderr: `Nobody heard of it (${reason}): Because.\n${remedy}\n`,
    };
    expect(await emit('--require-match').ended).toEqual(told);
    expect((await start('events', 'show', 'mine').ended).stderr).toBe(`${remedy}\n`);
  },
  20_000,
);

test('a server that stands still does not hold a wait beyond its time', async () => {
  server.answer('/v1/events', json({ id: 'mine' }, 202));
  server.answer('/v1/events/mine', json(event('pending')), 'hang');
  const begun = performance.now();
  expect(await emit('--wait', '500ms').ended).toMatchObject({ code: 4 });
  expect(performance.now() - begun).toBeLessThan(9000);
}, 30_000);

test('a redrive says its id before it is done; Ctrl-C leaves it running and ends with 130', async () => {
  server.answer(
    '/v1/dead-letters/redrive',
    json({ matched: 20_000 }),
    json({ id: 'rd_1', matched: 20_000 }, 202),
  );
  server.answer('/v1/redrives/rd_1', json(redrive()));
  const running = start('dead-letters', 'redrive', '--account', 'jdoe', '--yes');
  await eventually(
    () => expect(server.requests.filter(({ path }) => path.endsWith('rd_1'))).not.toHaveLength(0),
    {
      timeoutMs: 20_000,
    },
  );
  await eventually(() => expect(running.text()).toBe('Sending again 20000 in the workers as rd_1 …\n'));
  running.interrupt();
  const { code, stdout, stderr } = await running.ended;
  expect(code).toBe(130);
  expect(stdout).toContain('Sent again\t400 of 20000');
  expect(stderr).toContain(
    'It goes on in the workers. Look again with: hooklane redrives show rd_1 --follow',
  );
}, 40_000);

test('a redrive whose terminal was closed is found again', async () => {
  const done = { state: 'done', done: 1, matched: 1, finishedAt: TIME, reason: 'the shop is gone' } as const;
  const items = [redrive(), redrive({ id: 'rd_0', action: 'discard', filter: {}, ...done })];
  server.answer('/v1/redrives', json({ items, next: null }));
  expect((await start('redrives', 'list').ended).stdout).toBe(
    [
      'begun\taction\tof\tstate\tdone\tid',
      `${TIME}\tredrive\tjdoe\trunning\t400 of 20000\trd_1`,
      `${TIME}\tdiscard\tall\tdone\t1 of 1\trd_0`,
      '',
    ].join('\n'),
  );
  const listed = await start('redrives', 'list', '--json').ended;
  expect(JSON.parse(listed.stdout)).toEqual({ items, more: false });
});

test('Ctrl-C while a test send waits ends with 130', async () => {
  const { account, scope } = delivery('pending');
  const webhook: ApiWebhook = {
    id: 'wh_1',
    account,
    scope,
    event: 'build.started',
    name: 'chat',
    url: 'http://localhost:9000/',
    signing: 'standard',
    tokenHeader: 'x-token',
    hasSecret: false,
    enabled: true,
    disabled: null,
    maxInFlight: 32,
    createdAt: TIME,
    updatedAt: TIME,
  };
  server.answer('/v1/webhooks/wh_1', json(webhook));
  server.answer('/v1/webhooks/wh_1/test', json({ eventId: 'mine', deliveryId: 'mine.wh_1' }, 202));
  server.answer('/v1/deliveries/mine.wh_1', json({ ...delivery('pending'), request: null }));
  const running = start('webhooks', 'test', 'wh_1');
  await eventually(() => expect(server.requests.at(-1)?.path).toBe('/v1/deliveries/mine.wh_1'), {
    timeoutMs: 20_000,
  });
  running.interrupt();
  expect(await running.ended).toMatchObject({ code: 130, stdout: '' });
}, 40_000);
