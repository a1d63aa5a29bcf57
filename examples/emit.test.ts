import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort, startProcess } from '@hooklane/local';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { createClient } from '@redis/client';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

/** Runs the example to its end. */
async function emit(url: string, args: string[]): Promise<{ code: number | null; output: string }> {
  const lines: string[] = [];
  const example = await startProcess({
    name: 'emit',
    args: [`${import.meta.dirname}/emit.ts`, ...args],
    env: { ...process.env, REDIS_URL: url },
    onLine: (line) => lines.push(line),
  });
  const { code } = await example.ended;
  return { code, output: lines.join('\n') };
}

test('emits, says the id, and ends', async () => {
  expect(await emit(redis.url, ['shop', '6982', 'Failed'])).toEqual({
    code: 0,
    output: 'emitted build-6982-finished',
  });
  const client = await createClient({ url: redis.url }).connect();
  try {
    const kept: string[] = [];
    for (const key of await client.keys('*')) {
      if ((await client.type(key)) === 'hash') kept.push(JSON.stringify(await client.hGetAll(key)));
    }
    expect(kept.join('\n')).toContain('build-6982-finished');
    expect(kept.join('\n')).toContain('jdoe');
  } finally {
    client.destroy();
  }
});

test('says why an event was not emitted, and fails', async () => {
  const { code, output } = await emit(redis.url, ['', '1']);
  expect(output).toMatch(/^not emitted: event_body_mismatch: body\.app_name/);
  expect(code).toBe(1);
});

test('does not hang without Redis', async () => {
  const { code, output } = await emit(`redis://127.0.0.1:${await freePort()}`, []);
  expect(output).toMatch(/^not emitted: redis_unavailable: /m);
  expect(code).toBe(1);
});
