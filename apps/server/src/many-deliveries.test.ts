/** A page with 100,000 deliveries in the store opens and filters in well under a second. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectStore } from '@hooklane/store';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { fillDeliveries } from '../../../packages/store/fixtures/fill.ts';
import type { FilledHook } from '../../../packages/store/fixtures/fill.ts';
import { REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealServer } from './testing/real-server.ts';

const COUNT = 100_000;
const HOOKS = 20;

/** The promise is a second; a machine that is busy with other tests must keep it too. */
const BOUND_MS = 1000;

let redis: TestRedis;
let server: RealServer;
let hooks: FilledHook[];
const headers = { authorization: `Bearer ${REAL_TOKEN}` };
const born = Date.now() - COUNT - 60_000;

beforeAll(async () => {
  redis = await startRedis();
  server = startRealServer(redis.url);
  hooks = [];
  for (let i = 0; i < HOOKS; i++) {
    const scope = `shop-${i}`;
    const url = `/v1/accounts/jdoe/applications/${scope}`;
    await server.ask('PUT', url, { headers, body: { enabled: true } });
    const body = { name: 'chat', event: 'build.finished', url: 'http://127.0.0.1:1/' };
    const id = String((await server.ask('POST', `${url}/webhooks`, { headers, body })).json['id']);
    hooks.push({ id, account: 'jdoe', scope, key: `jdoe:application:${scope}` });
  }
  const raw = connectStore({ redis: redis.url, role: 'worker' });
  await fillDeliveries(raw, { count: COUNT, hooks, born });
  raw.disconnect();
}, 60_000);
afterAll(async () => {
  await server.close();
  await redis.stop();
});

/** The best of three, ms: what the machine does besides is not ours. */
async function timed(url: string): Promise<{ ms: number; json: Record<string, unknown> }> {
  let best = { ms: Number.POSITIVE_INFINITY, json: {} as Record<string, unknown> };
  for (let i = 0; i < 3; i++) {
    const begun = performance.now();
    const { status, json } = await server.ask('GET', url, { headers });
    const ms = performance.now() - begun;
    expect(status).toBe(200);
    if (ms < best.ms) best = { ms, json };
  }
  if (process.env['SHOW_TIMES'] !== undefined) process.stderr.write(`${Math.round(best.ms)} ms ${url}\n`);
  return best;
}

/** What is far back is reached by the cursor: each page looks for a bounded time. */
async function firstItems(url: string, page: Record<string, unknown>): Promise<number> {
  let [found, next] = [(page['items'] as unknown[]).length, page['next']];
  for (let pages = 0; found === 0 && next !== null && pages < 100; pages++) {
    const { json } = await server.ask('GET', `${url}&cursor=${next as string}`, { headers });
    [found, next] = [(json['items'] as unknown[]).length, json['next']];
  }
  return found;
}

const iso = (ms: number): string => encodeURIComponent(new Date(ms).toISOString());

describe.each(['/v1/deliveries', '/v1/dead-letters'])('%s', (list) => {
  test.each([
    [''],
    ['limit=200'],
    ['account=jdoe'],
    ['application=shop-7'],
    ['account=jdoe&application=shop-7'],
    ['event=build.finished'],
    ['status=dead'],
    ['reason=exhausted'],
    ['statusCode=503'],
    [`since=${iso(born + 50_000)}`],
    [`until=${iso(born + 50_000)}`],
  ])('?%s', async (query) => {
    const { ms, json } = await timed(`${list}?${query}`);
    expect(ms).toBeLessThan(BOUND_MS);
    expect(await firstItems(`${list}?${query}`, json)).toBeGreaterThan(0);
  });

  test('by webhook', async () => {
    const { ms, json } = await timed(`${list}?webhook=${hooks[7]?.id}&statusCode=500`);
    expect((json['items'] as unknown[]).length).toBeGreaterThan(0);
    expect(ms).toBeLessThan(BOUND_MS);
  });

  test.each(['account=nobody', 'environment=prod', 'statusCode=418', 'reason=gone', 'event=build.started'])(
    'what matches nothing is bounded: ?%s, and its cursor leads to the end',
    async (query) => {
      const { ms, json } = await timed(`${list}?${query}`);
      expect(ms).toBeLessThan(BOUND_MS);
      expect(json['items']).toEqual([]);
      let pages = 0;
      for (let next = json['next']; next !== null; pages += 1) {
        expect(pages).toBeLessThan(100);
        const page = (await server.ask('GET', `${list}?${query}&cursor=${next as string}`, { headers })).json;
        expect(page['items']).toEqual([]);
        next = page['next'];
      }
    },
  );
});

test('the groups of 20,000 dead letters', async () => {
  const { ms, json } = await timed('/v1/dead-letters/groups');
  const groups = json['items'] as { count: number }[];
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(COUNT / 5);
  expect(ms).toBeLessThan(BOUND_MS);
  const since = await timed(`/v1/dead-letters/groups?since=${iso(born)}`);
  expect(since.ms).toBeLessThan(BOUND_MS);
});

test('the overview of a day', async () => {
  const { ms, json } = await timed('/v1/overview?minutes=1440');
  expect(json).toMatchObject({ deadLetters: COUNT / 5, backlog: { waiting: COUNT / 10 } });
  expect(ms).toBeLessThan(BOUND_MS);
});
