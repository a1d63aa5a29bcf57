/** No hostile URL is ever registered: the quick answer, before a worker would refuse it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HARMLESS_URLS, HOSTILE_FORMS, HOSTILE_LITERALS, HOSTILE_NAMES } from '@hooklane/testkit';
import { makeTestServer } from './testing/test-server.ts';
import type { TestServer } from './testing/test-server.ts';

let server: TestServer;
let webhook: string;
beforeAll(async () => {
  server = makeTestServer();
  webhook = String((await add('https://example.com/')).json['id']);
});
afterAll(() => server.app.close());

let names = 0;
const add = (url: string) => {
  const body = { name: `hook-${(names += 1)}`, event: 'build.started', url };
  return server.ask('POST', '/v1/accounts/jdoe/applications/shop/webhooks', body);
};

test.each([...HOSTILE_LITERALS, ...HOSTILE_NAMES, ...HOSTILE_FORMS])(
  '%j is refused for a new webhook and for one that is there',
  async (url) => {
    const kept = server.state.webhooks.size;
    const created = await add(url);
    expect(created).toMatchObject({ status: 422, json: { code: 'invalid_field', field: 'url' } });
    expect(server.state.webhooks.size).toBe(kept);
    const changed = await server.ask('PATCH', `/v1/webhooks/${webhook}`, { url });
    expect(changed).toMatchObject({ status: 422, json: { code: 'invalid_field', field: 'url' } });
    expect(server.state.webhooks.get(webhook)?.url).toBe('https://example.com/');
  },
);

test.each(HARMLESS_URLS)('%s is taken', async (url) => {
  expect((await add(url)).status).toBe(201);
});
