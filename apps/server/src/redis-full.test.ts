/** A Redis that is full by its budget: what a caller hears over a real socket, and what operators see. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { connectStore } from '@hooklane/store';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealServer } from './testing/real-server.ts';

const MIB = 2 ** 20;
const BUDGET_BYTES = 24 * MIB;
const PIECE_BYTES = 256 * 1024;
const NEXT = { timeoutMs: 20_000, everyMs: 100 };

let redis: TestRedis;
let server: RealServer;
let base: string;
beforeAll(async () => {
  redis = await startRedis();
  server = startRealServer(redis.url, { redisBudgetBytes: BUDGET_BYTES });
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
}, 30_000);
afterAll(async () => {
  await server.close();
  await redis.stop();
}, 30_000);

const headers = { authorization: `Bearer ${REAL_TOKEN}`, 'content-type': 'application/json' };
let count = 0;

/** Over a socket of its own. */
function emit(): Promise<Response> {
  const body = {
    account: 'jdoe',
    type: 'build.started',
    id: `full-${++count}`,
    body: { app_name: 'shop', build_num: '1', status: 'Queued' },
  };
  return fetch(`${base}/v1/events`, {
    method: 'POST',
    headers: { ...headers, connection: 'close' },
    body: JSON.stringify(body),
  });
}

/** Foreign data, until Redis uses this share of the budget. */
async function fillTo(share: number): Promise<void> {
  const raw = connectStore({ redis: redis.url, role: 'worker' });
  for (const key of await raw.keys('padding:*')) await raw.del(key);
  const used = async () => Number(/^used_memory:(\d+)/m.exec(await raw.info('memory'))?.[1]);
  for (let i = 0; (await used()) < share * BUDGET_BYTES; i++) {
    await raw.set(`padding:${i}`, 'x'.repeat(PIECE_BYTES));
  }
  await raw.quit();
}

async function level(): Promise<string | undefined> {
  const text = await (await fetch(`${base}/metrics`)).text();
  return /^hooklane_redis_memory_level\{.*level="(\w+)".*\} 1$/m.exec(text)?.[1];
}

test('Full: 503 redis_full with Retry-After; reads go on, metrics and status tell the level; with room again it is 202', async () => {
  expect((await emit()).status).toBe(202);
  await eventually(async () => expect(await level()).toBe('ok'), NEXT);

  await fillTo(0.82);
  await eventually(async () => expect(await level()).toBe('shed'), NEXT);
  expect((await emit()).status).toBe(202);

  await fillTo(0.92);
  const refused = await eventually(async () => {
    const answer = await emit();
    const problem = (await answer.json()) as Record<string, unknown>;
    expect(answer.status).toBe(503);
    return { answer, problem };
  }, NEXT);
  expect(refused.problem).toMatchObject({ code: 'redis_full', status: 503 });
  expect(refused.problem['detail']).toMatch(/^Redis uses [\d.]+ of 24\.0 MiB: new events are refused/);
  expect(refused.answer.headers.get('retry-after')).toBe('10');
  expect(refused.answer.headers.get('content-type')).toContain('application/problem+json');
  await eventually(async () => expect(await level()).toBe('refuse'), NEXT);
  const status = await fetch(`${base}/v1/status`, { headers });
  expect(await status.json()).toMatchObject({
    redis: { ok: true, memory: { budgetBytes: BUDGET_BYTES, level: 'refuse' } },
  });

  await fillTo(0.5);
  await eventually(async () => expect((await emit()).status).toBe(202), NEXT);
  expect(await level()).toBe('ok');
}, 90_000);
