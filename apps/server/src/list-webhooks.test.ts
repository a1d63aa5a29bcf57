import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealAnswer, RealServer } from './testing/real-server.ts';

let redis: TestRedis;
let server: RealServer;
beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(async () => {
  await redis.flush();
  server = startRealServer(redis.url);
});
afterEach(() => server.close());
afterAll(() => redis.stop());

const headers = { authorization: `Bearer ${REAL_TOKEN}` };
const get = (url: string): Promise<RealAnswer> => server.ask('GET', url, { headers });
const post = (url: string, body: object): Promise<RealAnswer> => server.ask('POST', url, { headers, body });

describe('The list of webhooks', () => {
  const names = ({ json }: RealAnswer): unknown[] =>
    (json['items'] as { name: string }[]).map(({ name }) => name);
  const addTo = async (kind: 'application' | 'environment', account: string, scope: string, name: string) => {
    const event = kind === 'application' ? 'build.finished' : 'deploy.finished';
    const body = { name, event, url: 'http://127.0.0.1:1/hook' };
    await post(`/v1/accounts/${account}/${kind}s/${scope}/webhooks`, body);
    // Their order is that of their making, in ms.
    await pause(2);
  };
  beforeEach(async () => {
    for (const name of ['chat-builds', 'mail', 'Chat-done']) await addTo('application', 'jdoe', 'shop', name);
    await addTo('environment', 'jdoe', 'production', 'chat');
    await addTo('application', 'acme', 'web', 'pager');
  });

  test('is searched by name, in one scope, an account or all', async () => {
    expect(names(await get('/v1/webhooks'))).toEqual(['pager', 'chat-builds', 'mail', 'Chat-done', 'chat']);
    expect(names(await get('/v1/webhooks?search=CHAT'))).toEqual(['chat-builds', 'Chat-done', 'chat']);
    expect(names(await get('/v1/webhooks?account=acme'))).toEqual(['pager']);
    expect(names(await get('/v1/webhooks?environment=Production&search=chat'))).toEqual(['chat']);
    expect(names(await get('/v1/webhooks?account=jdoe&application=nothing'))).toEqual([]);
    expect((await get('/v1/webhooks?application=a&environment=b')).status).toBe(422);
  });

  test.each([1, 2, 3, 5])('comes page by page, %i at a time, each webhook once', async (limit) => {
    const all: unknown[] = [];
    let next = '';
    for (let i = 0; i < 10; i += 1) {
      const page = await get(`/v1/webhooks?limit=${limit}${next}`);
      all.push(...names(page));
      const cursor = page.json['next'] as string | null;
      if (cursor === null) break;
      next = `&cursor=${encodeURIComponent(cursor)}`;
    }
    expect(all).toEqual(['pager', 'chat-builds', 'mail', 'Chat-done', 'chat']);
    expect((await get('/v1/webhooks?cursor=nonsense')).status).toBe(422);
  });
});
