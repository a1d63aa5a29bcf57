import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Notice } from '@hooklane/core';
import { makeTestServer } from './testing/test-server.ts';
import type { TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeEach(() => {
  server = makeTestServer();
});
afterEach(() => server.app.close());

const AT = Date.UTC(2026, 0, 2);

function addNotice(change: Partial<Notice> = {}): Notice {
  const notice: Notice = {
    id: `ntc_${server.state.notices.size}`,
    kind: 'webhook.disabled',
    at: AT,
    account: 'jdoe',
    webhook: {
      id: 'wh_01',
      name: 'chat',
      scope: { kind: 'application', name: 'shop' },
      event: 'build.finished',
    },
    message: 'Webhook chat of application shop is disabled.',
    reason: 'failing',
    streak: { step: 'full', since: AT - 5 * 86_400_000, tries: 60, failingMs: 5 * 86_400_000 },
    last: { outcome: 'timeout', statusCode: null, error: 'timeout' },
    acknowledgedAt: null,
    ...change,
  };
  server.state.notices.set(notice.id, notice);
  return notice;
}

describe('Notices', () => {
  test('are listed, filtered and acknowledged', async () => {
    addNotice();
    addNotice({ account: 'ann', webhook: null, kind: 'notifications.failing', reason: null, last: null });
    const all = await server.ask('GET', '/v1/notices');
    expect(all).toMatchObject({
      status: 200,
      json: {
        next: null,
        items: [
          {
            id: 'ntc_0',
            at: '2026-01-02T00:00:00.000Z',
            reason: 'failing',
            streak: { step: 'full', since: '2025-12-28T00:00:00.000Z', tries: 60 },
            acknowledgedAt: null,
          },
          { id: 'ntc_1', webhook: null },
        ],
      },
    });
    const items = async (query: string) =>
      ((await server.ask('GET', `/v1/notices?${query}`)).json['items'] as { id: string }[]).map(
        ({ id }) => id,
      );
    expect(await items('account=ann')).toEqual(['ntc_1']);
    expect(await items('webhook=wh_01')).toEqual(['ntc_0']);
    expect(await items('since=2027-01-01T00:00:00Z')).toEqual([]);
    expect((await server.ask('GET', '/v1/status')).json).toMatchObject({ openNotices: 2 });
    expect(await server.ask('POST', '/v1/notices/ntc_0/acknowledge')).toMatchObject({
      status: 200,
      json: { acknowledgedAt: expect.any(String) },
    });
    expect(await items('acknowledged=false')).toEqual(['ntc_1']);
    expect(await items('acknowledged=true')).toEqual(['ntc_0']);
    expect((await server.ask('POST', '/v1/notices/ntc_9/acknowledge')).status).toBe(404);
  });

  test.each([
    ['account=a%20b', 'account'],
    ['since=yesterday', 'since'],
    ['acknowledged=maybe', 'acknowledged'],
    ['limit=0', 'limit'],
    ['colour=red', 'colour'],
  ])('refuse %s by name', async (query, field) => {
    expect(await server.ask('GET', `/v1/notices?${query}`)).toMatchObject({
      status: 422,
      json: { code: 'invalid_field', field },
    });
  });

  test('that are open are a warning of the doctor; that something works again is none', async () => {
    const find = async () =>
      ((await server.ask('GET', '/v1/doctor')).json['findings'] as { check: string }[]).find(
        ({ check }) => check === 'notices',
      );
    addNotice({ kind: 'webhook.recovered', reason: null });
    expect(await find()).toMatchObject({ level: 'ok' });
    addNotice();
    expect(await find()).toMatchObject({
      level: 'warning',
      message: expect.stringMatching(
        /^1 open notice tells of a webhook that fails, 1 of a disabled one\. The latest: Webhook chat/,
      ),
    });
    addNotice({ kind: 'webhook.failing', reason: null, at: AT + 1 });
    expect(await find()).toMatchObject({
      message: expect.stringMatching(/^2 open notices tell of webhooks that fail, 1 of a disabled one\. /),
    });
    // Both are over for this webhook, also when nobody has acknowledged them; another one still fails.
    addNotice({ kind: 'webhook.recovered', reason: null, at: AT + 2 });
    expect(await find()).toMatchObject({ level: 'ok' });
    const other = { id: 'wh_02', name: 'mail', scope: { kind: 'application', name: 'shop' } } as const;
    addNotice({ kind: 'webhook.failing', reason: null, webhook: { ...other, event: 'build.finished' } });
    expect(await find()).toMatchObject({
      level: 'warning',
      message: expect.stringMatching(/^1 open notice /),
    });
  });
});

describe('The notification URL of an account', () => {
  const PATH = '/v1/accounts/jdoe/notifications';
  const URL_ = 'https://ops.example.com/hooks';

  test('is set, shown, tested and deleted', async () => {
    for (const [method, path] of [
      ['GET', PATH],
      ['DELETE', PATH],
      ['POST', `${PATH}/test`],
    ] as const) {
      expect(await server.ask(method, path)).toMatchObject({
        status: 404,
        json: { detail: expect.stringContaining('has no notification URL') },
      });
    }
    const listed = async () => (await server.ask('GET', '/v1/notifications?account=jdoe')).json['items'];
    expect(await listed()).toEqual([]);
    const set = await server.ask('PUT', PATH, { url: URL_, secret: 'a shared secret' });
    expect(set).toMatchObject({
      status: 200,
      json: { url: URL_, signing: 'standard', hasSecret: true, enabled: true, disabled: null, recent: [] },
    });
    expect(set.text).not.toContain('a shared secret');
    expect(await server.ask('GET', PATH)).toMatchObject({ status: 200, json: { url: URL_ } });
    expect(await listed()).toMatchObject([{ url: URL_ }]);
    expect(await server.ask('POST', `${PATH}/test`)).toMatchObject({
      status: 202,
      json: { eventId: 'evt_note' },
    });
    expect(server.state.wakes).toMatchObject([{ webhookId: 'wh_note' }]);
    expect((await server.ask('DELETE', PATH)).status).toBe(204);
    expect((await server.ask('GET', PATH)).status).toBe(404);
  });

  test.each([
    ['no URL', {}, 'url'],
    ['an address that may not be called', { url: 'http://127.0.0.1/' }, 'url'],
    ['signing token without a secret', { url: URL_, signing: 'token' }, 'secret'],
    ['a secret that is no base64', { url: URL_, secret: 'whsec_!' }, 'secret'],
    ['an unknown member', { url: URL_, colour: 'red' }, 'colour'],
  ])('with %s is refused by name', async (_, body, field) => {
    expect(await server.ask('PUT', PATH, body)).toMatchObject({
      status: 422,
      json: { code: 'invalid_field', field },
    });
  });

  test('keeps what is left out, and a change to token needs its secret', async () => {
    await server.ask('PUT', PATH, { url: URL_, secret: 'a shared secret', signing: 'github' });
    expect(await server.ask('PUT', PATH, { url: `${URL_}/2` })).toMatchObject({
      json: { url: `${URL_}/2`, signing: 'github', hasSecret: true },
    });
    expect(await server.ask('PUT', PATH, { url: URL_, signing: 'token' })).toMatchObject({
      status: 422,
      json: { field: 'secret' },
    });
  });

  test('that is disabled says so to a test', async () => {
    await server.ask('PUT', PATH, { url: URL_ });
    const target = server.state.notifications.get('jdoe')!;
    const disabled = { reason: 'gone' as const, at: AT, message: 'It answered 410.' };
    server.state.notifications.set('jdoe', { ...target, enabled: false, disabled });
    expect(await server.ask('POST', `${PATH}/test`)).toMatchObject({
      status: 409,
      json: { code: 'webhook_disabled', detail: expect.stringContaining('It answered 410.') },
    });
  });
});
