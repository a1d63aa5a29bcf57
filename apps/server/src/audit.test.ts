/** The audit log on a real Redis: every change, and nothing that did not happen. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { connectStore } from '@hooklane/store';
import { REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealServer } from './testing/real-server.ts';

let redis: TestRedis;
let server: RealServer;
beforeAll(async () => {
  redis = await startRedis();
  server = startRealServer(redis.url, { auditRetentionMs: 3_600_000 });
});
afterAll(async () => {
  await server.close();
  await redis.stop();
});

type Method = Parameters<RealServer['ask']>[0];
const ask = (method: Method, url: string, body?: object, token = REAL_TOKEN) =>
  server.ask(method, url, {
    headers: { authorization: `Bearer ${token}` },
    address: '192.0.2.7',
    ...(body === undefined ? {} : { body }),
  });
const entries = async (query = '') =>
  (await ask('GET', `/v1/audit${query}`)).json['items'] as Record<string, unknown>[];

const APP = '/v1/accounts/jdoe/applications/shop';

test('every change is there with who, what, when and from where, and never with a secret', async () => {
  await ask('PUT', APP, { enabled: true });
  const hook = {
    name: 'chat',
    event: 'build.started',
    url: 'https://example.com/?key=query-secret',
    secret: 'hook-secret',
  };
  const { json } = await ask('POST', `${APP}/webhooks`, hook);
  const id = String(json['id']);
  await ask('PATCH', `/v1/webhooks/${id}`, {
    url: 'https://example.com/?key=new-secret',
    secret: 'other-secret',
  });
  const rotated = await ask('POST', `/v1/webhooks/${id}/rotate-secret`, {});
  await ask('POST', `/v1/webhooks/${id}/test`);
  await ask('POST', '/v1/dead-letters/discard', { filter: { account: 'jdoe' } });
  const made = await ask('POST', '/v1/tokens', { name: 'ci', roles: ['manage'], accounts: ['jdoe'] });
  await ask('DELETE', `/v1/webhooks/${id}`, undefined, String(made.json['token']));
  await ask('DELETE', `/v1/tokens/${String(made.json['id'])}`);
  await server.ask('POST', '/v1/session', { body: { token: REAL_TOKEN } });

  const root = { name: 'API token', id: expect.stringMatching(/^token-/) };
  const expected = [
    { action: 'createSession', via: 'session', actor: { name: 'API token' } },
    { action: 'revokeToken', target: made.json['id'], detail: 'revoked' },
    { action: 'deleteWebhook', account: 'jdoe', target: id, actor: { id: made.json['id'], name: 'ci' } },
    { action: 'createToken', target: made.json['id'], detail: 'ci: manage for jdoe' },
    { action: 'discardDeadLetters', account: 'jdoe', detail: '0 matched {"account":"jdoe"}' },
    { action: 'testWebhook', account: 'jdoe', target: id },
    { action: 'rotateSecret', account: 'jdoe', target: id, detail: 'a new secret' },
    { action: 'updateWebhook', account: 'jdoe', target: id, detail: 'changed secret, url' },
    {
      action: 'createApplicationWebhook',
      account: 'jdoe',
      target: 'application/shop',
      detail: `webhook ${id}, chat, build.started`,
    },
    {
      action: 'setApplication',
      target: 'application/shop',
      detail: 'switched on',
      address: '192.0.2.7',
      actor: root,
      via: 'token',
    },
  ];
  const all = await entries();
  expect(all).toMatchObject(expected);
  expect(all).toHaveLength(expected.length);
  const text = JSON.stringify(all);
  for (const secret of ['hook-secret', 'other-secret', 'query-secret', 'new-secret', REAL_TOKEN]) {
    expect(text).not.toContain(secret);
  }
  expect(text).not.toContain(String(rotated.json['secret']));
  expect(text).not.toContain(String(made.json['token']));
});

test('what was refused, only looked at or only counted is no change', async () => {
  const before = (await entries()).length;
  await ask('PATCH', '/v1/webhooks/wh_no', { enabled: false });
  await ask('PUT', APP, { enabled: 'yes' });
  await ask('GET', APP);
  await ask('POST', '/v1/dead-letters/redrive', { filter: {}, dryRun: true });
  await ask('PUT', APP, { enabled: true }, 'wrong-token');
  expect(await entries()).toHaveLength(before);
});

test('filters hold together, and pages follow each other', async () => {
  expect(await entries('?action=updateWebhook&account=JDOE')).toHaveLength(1);
  expect(await entries('?actor=ci')).toMatchObject([{ action: 'deleteWebhook' }]);
  expect(await entries('?account=nobody')).toEqual([]);
  expect(await entries('?until=2001-01-01T00:00:00Z')).toEqual([]);
  const all = await entries();
  const paged: unknown[] = [];
  let cursor = '';
  do {
    const { json } = await ask('GET', `/v1/audit?limit=3${cursor}`);
    paged.push(...(json['items'] as unknown[]));
    cursor = json['next'] === null ? '' : `&cursor=${json['next'] as string}`;
  } while (cursor !== '');
  expect(paged).toEqual(all);
  expect((await ask('GET', '/v1/audit?cursor=x')).json).toMatchObject({ code: 'invalid_cursor' });
});

test('what is damaged is passed over', async () => {
  const client = connectStore({ redis: redis.url, role: 'worker' });
  const count = await client.xlen('{h0}:audit');
  await client.xadd('{h0}:audit', '*', 'other', 'field');
  await client.xadd('{h0}:audit', '*', 'entry', '{broken');
  expect(await entries()).toHaveLength(count);
  client.disconnect();
});
