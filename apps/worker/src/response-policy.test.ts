/** One promise per row of the response policy (docs: "Response policy"), over real Redis, queues, sockets. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '@hooklane/local';
import { eventually } from '@hooklane/testkit';
import { REQUEST_TIMEOUT_MS, SCHEDULE_MS, SmallWorker } from '../fixtures/small-worker.ts';

let small: SmallWorker;

beforeAll(async () => {
  small = await SmallWorker.start();
});
afterAll(async () => {
  await small.close();
  expect(small.bugs).toEqual([]);
});

const gaps = (path: string): number[] => {
  const times = small.receiver.requests.filter((request) => request.path === path).map(({ at }) => at);
  return times.slice(1).map((at, i) => at - times[i]!);
};
const hits = (path: string): number =>
  small.receiver.requests.filter((request) => request.path === path).length;

test.each([200, 201, 202, 204, 299])('%i: delivered with one try', async (status) => {
  const path = `/ok-${status}`;
  small.receiver.answer(path, status);
  const id = await small.emit(await small.webhook(small.receiver.url(path)));
  const { delivery, attempts } = await small.becomes(id, 'delivered');
  expect(delivery).toMatchObject({ attemptCount: 1, lastStatusCode: status, lastOutcome: 'ok' });
  expect(attempts).toHaveLength(1);
  expect(hits(path)).toBe(1);
});

test('A test send keeps the whole answer, also of a success, and when it is sent again', async () => {
  const path = '/tested';
  small.receiver.answer(path, { status: 201, body: 'made', headers: { 'x-answer': '42' } });
  const webhook = await small.webhook(small.receiver.url(path));
  const now = Date.now();
  const event = {
    id: `evt_test_${now}`,
    type: webhook.event,
    account: webhook.account,
    scope: webhook.scope,
    acceptedAt: now,
    occurredAt: now,
    body: '{"n":1}',
  };
  const { deliveryId, wakes } = await small.store.deliveries.sendTest(webhook, event);
  await small.wakes.wake(wakes);
  const answer = { headers: { 'x-answer': '42' }, body: 'made', truncated: false };
  const first = await small.becomes(deliveryId, 'delivered');
  expect(first.attempts).toMatchObject([{ number: 1, outcome: 'ok', statusCode: 201, response: answer }]);
  const again = await small.store.deliveries.redeliver(deliveryId);
  if (again.kind === 'queued') await small.wakes.wake(again.wakes);
  const second = await small.becomes(deliveryId, 'delivered', 2);
  expect(second.attempts).toMatchObject([
    { number: 1, outcome: 'ok', response: answer },
    { number: 2, outcome: 'ok', response: answer },
  ]);
});

test.each([301, 302, 307, 308])('%i: failed, and never followed', async (status) => {
  const path = `/moved-${status}`;
  const headers = { location: small.receiver.url(`${path}-target`) };
  small.receiver.answer(path, { status, headers }, 200);
  const id = await small.emit(await small.webhook(small.receiver.url(path)));
  const { attempts } = await small.becomes(id, 'delivered', 2);
  expect(attempts[0]).toMatchObject({
    outcome: 'rejected',
    fault: 'receiver',
    statusCode: status,
    error: { code: 'redirect' },
  });
  expect(hits(`${path}-target`)).toBe(0);
});

test('410: dead at once, and the webhook is disabled with a notice', async () => {
  small.receiver.answer('/gone', 410);
  const webhook = await small.webhook(small.receiver.url('/gone'));
  const id = await small.emit(webhook);
  const { delivery } = await small.becomes(id, 'dead');
  expect(delivery).toMatchObject({ reason: 'gone', attemptCount: 1 });
  expect(await small.letters()).toContain(id);
  await eventually(async () => {
    expect(await small.store.webhooks.getWebhook(webhook.id)).toMatchObject({
      enabled: false,
      disabled: { reason: 'gone' },
    });
  });
  expect(hits('/gone')).toBe(1);
});

describe('Retry', () => {
  test.each([408, 425, 429, 500, 502, 503, 504])('%i: on the schedule', async (status) => {
    const path = `/retry-${status}`;
    small.receiver.answer(path, { status, body: 'not now' }, 200);
    const id = await small.emit(await small.webhook(small.receiver.url(path)));
    const { attempts } = await small.becomes(id, 'delivered', 2);
    expect(attempts).toMatchObject([
      { number: 1, statusCode: status, fault: 'receiver', response: { body: 'not now', truncated: false } },
      { number: 2, outcome: 'ok' },
    ]);
    expect(gaps(path)[0]).toBeGreaterThanOrEqual(SCHEDULE_MS[0]! - 5);
  });

  test.each([
    ['hang', 'timeout'],
    ['drip', null],
    ['reset', 'unreachable'],
    ['close', 'unreachable'],
  ] as const)('%s: on the schedule', async (step, outcome) => {
    const path = `/retry-${step}`;
    // Twice: a socket that dies before any answer is given one second chance when it was used before.
    small.receiver.answer(path, step, step, 200);
    const id = await small.emit(await small.webhook(small.receiver.url(path)));
    const { attempts } = await small.becomes(id, 'delivered', outcome === null ? 1 : 2);
    // An answer of 200 whose body never ends was an answer.
    if (outcome !== null) expect(attempts[0]).toMatchObject({ outcome, statusCode: null });
    if (step === 'hang') expect(attempts[0]!.durationMs).toBeGreaterThanOrEqual(REQUEST_TIMEOUT_MS - 20);
  });

  test('no connection: on the schedule, to the end of it, then dead with a letter', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    const id = await small.emit(await small.webhook(url));
    const { delivery, attempts } = await small.becomes(id, 'dead', SCHEDULE_MS.length + 1);
    expect(delivery.reason).toBe('exhausted');
    expect(attempts.map(({ number, fault }) => [number, fault])).toEqual([
      [1, 'network'],
      [2, 'network'],
      [3, 'network'],
      [4, 'network'],
    ]);
    expect(await small.letters()).toContain(id);
  });

  test('Retry-After in seconds: waits for it when it is later than the schedule', async () => {
    small.receiver.answer('/after-seconds', { status: 503, headers: { 'retry-after': '1' } }, 200);
    const id = await small.emit(await small.webhook(small.receiver.url('/after-seconds')));
    await small.becomes(id, 'delivered', 2);
    expect(gaps('/after-seconds')[0]).toBeGreaterThanOrEqual(995);
  });

  test('Retry-After as a date, and when it is sooner than the schedule', async () => {
    const date = new Date(Date.now() + 2000).toUTCString();
    small.receiver.answer('/after-date', { status: 429, headers: { 'retry-after': date } }, 200);
    small.receiver.answer('/after-now', { status: 429, headers: { 'retry-after': '0' } }, 200);
    const later = await small.emit(await small.webhook(small.receiver.url('/after-date')));
    const sooner = await small.emit(await small.webhook(small.receiver.url('/after-now')));
    await Promise.all([small.becomes(later, 'delivered', 2), small.becomes(sooner, 'delivered', 2)]);
    expect(small.receiver.requests.findLast(({ path }) => path === '/after-date')!.at).toBeGreaterThanOrEqual(
      Date.parse(date) - 5,
    );
    expect(gaps('/after-now')[0]).toBeGreaterThanOrEqual(SCHEDULE_MS[0]! - 5);
  });

  test('Retry-After of a year: at most 24 h', async () => {
    small.receiver.answer('/after-year', { status: 503, headers: { 'retry-after': '31536000' } });
    const id = await small.emit(await small.webhook(small.receiver.url('/after-year')));
    const { delivery } = await small.becomes(id, 'retrying');
    const wait = delivery.nextAttemptAt! - Date.now();
    expect(wait).toBeGreaterThan(86_390_000);
    expect(wait).toBeLessThanOrEqual(86_400_000);
  });
});

test.each([400, 401, 403, 404, 422])(
  '%i: on the schedule, then dead, the receiver’s fault',
  async (status) => {
    const path = `/other-${status}`;
    small.receiver.answer(path, status);
    const id = await small.emit(await small.webhook(small.receiver.url(path)));
    const { delivery, attempts } = await small.becomes(id, 'dead', SCHEDULE_MS.length + 1);
    expect(delivery).toMatchObject({ reason: 'exhausted', lastStatusCode: status, nextAttemptAt: null });
    expect(attempts.every(({ fault, outcome }) => fault === 'receiver' && outcome === 'rejected')).toBe(true);
    expect(hits(path)).toBe(SCHEDULE_MS.length + 1);
    expect(await small.letters()).toContain(id);
  },
);

test.each([
  ['an address that is not public', 'http://10.255.255.1/', 'blocked_address'],
  ['a URL that cannot be called', 'ftp://example.com/', 'bad_url'],
])('%s: dead at once, reason blocked, uncharged to the receiver', async (_, url, code) => {
  const id = await small.emit(await small.webhook(url));
  const { delivery, attempts } = await small.becomes(id, 'dead');
  expect(delivery).toMatchObject({ reason: 'blocked', attemptCount: 1 });
  expect(attempts).toMatchObject([{ outcome: 'blocked', fault: 'ours', error: { code } }]);
});

test('A stale keep-alive socket: one second try at once on a fresh connection, not counted', async () => {
  small.receiver.answer('/stale', 'close_idle', 200);
  const webhook = await small.webhook(small.receiver.url('/stale'), { maxInFlight: 1 });
  await small.becomes(await small.emit(webhook), 'delivered');
  const { delivery, attempts } = await small.becomes(await small.emit(webhook), 'delivered');
  expect(delivery.attemptCount).toBe(1);
  expect(attempts).toMatchObject([{ number: 1, outcome: 'ok' }]);
  const last = small.receiver.requests.findLast(({ path }) => path === '/stale')!;
  expect(last.headers['hooklane-attempt']).toBe('1');
});

test('A worker told to stop: finishes within the grace time, the rest goes back uncharged and is tried elsewhere', async () => {
  small.receiver.answer('/stop-soon', { status: 200, delayMs: 150 });
  small.receiver.answer('/stop-never', 'hang', 200);
  const soon = await small.emit(await small.webhook(small.receiver.url('/stop-soon')));
  const never = await small.emit(await small.webhook(small.receiver.url('/stop-never')));
  await small.receiver.waitFor(() => hits('/stop-soon') === 1 && hits('/stop-never') === 1);
  await small.stopLanes(300);
  expect((await small.look(soon)).delivery.status).toBe('delivered');
  const back = await small.look(never);
  expect(back.delivery.status).toBe('retrying');
  expect(back.attempts).toMatchObject([{ outcome: 'interrupted', fault: 'ours' }]);
  small.startLanes();
  const { attempts } = await small.becomes(never, 'delivered', 2);
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['interrupted', 'ok']);
  expect(hits('/stop-never')).toBe(2);
});
