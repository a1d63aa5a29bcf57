/** The audit log keeps what is young, by age, on a real Redis. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectStore } from '@hooklane/store';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealServer } from './testing/real-server.ts';

const HOUR_MS = 3_600_000;
const AUDIT = '{h0}:audit';

let redis: TestRedis;
let server: RealServer;
let raw: ReturnType<typeof connectStore>;
beforeAll(async () => {
  redis = await startRedis();
  server = startRealServer(redis.url, { auditRetentionMs: HOUR_MS });
  raw = connectStore({ redis: redis.url, role: 'worker' });
});
afterAll(async () => {
  await server.close();
  await raw.quit();
  await redis.stop();
});

const headers = { authorization: `Bearer ${REAL_TOKEN}` };

test('What is older than HOOKLANE_AUDIT_RETENTION goes with the next change; what is younger stays', async () => {
  // Redis trims whole nodes of a stream, 100 entries by default: "about" is exact with one entry in each.
  await raw.config('SET', 'stream-node-max-entries', '1');
  const now = Date.now();
  const ages = [30 * 24 * HOUR_MS, 2 * HOUR_MS, HOUR_MS + 60_000, HOUR_MS - 60_000, 1000];
  for (const [i, age] of ages.entries()) {
    const entry = {
      at: now - age,
      actor: { id: 'token-x', name: `${age}` },
      via: 'token',
      address: '192.0.2.7',
      action: 'updateWebhook',
      account: 'jdoe',
      target: 'wh_1',
      detail: null,
    };
    await raw.xadd(AUDIT, `${now - age}-${i}`, 'entry', JSON.stringify(entry));
  }
  expect(await raw.xlen(AUDIT)).toBe(5);
  await server.ask('PUT', '/v1/accounts/jdoe/applications/shop', { headers, body: { enabled: true } });
  const { json } = await server.ask('GET', '/v1/audit', { headers });
  const names = (json['items'] as { actor: { name: string } }[]).map(({ actor }) => actor.name);
  expect(names).toEqual(['API token', '1000', `${HOUR_MS - 60_000}`]);
  expect(await raw.xlen(AUDIT)).toBe(3);
});
