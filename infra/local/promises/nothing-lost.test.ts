/** Promise 1: nothing accepted is lost. Real processes are killed with kill -9 in the middle of the work. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createProducer } from '@hooklane/producer';
import {
  type Programs,
  type Receiver,
  type TestRedis,
  eventually,
  startPrograms,
  startReceiver,
  startRedis,
} from '@hooklane/testkit';

const EVENTS = 600;
const WEBHOOKS = 5;

let redis: TestRedis;
let receiver: Receiver;
let programs: Programs;

beforeAll(async () => {
  // With `everysec` Redis may hold back writes for up to 2 s while the disk is busy; that second is not what is tested.
  redis = await startRedis({ aof: true, args: ['--appendfsync', 'always'] });
  receiver = await startReceiver();
  programs = await startPrograms({ redisUrl: redis.url });
}, 60_000);

afterAll(async () => {
  await programs.stop();
  await receiver.close();
  await redis.stop();
}, 30_000);

function arrived(): Map<string, Set<string>> {
  const byPath = new Map<string, Set<string>>();
  for (const { path, headers } of receiver.requests) {
    const ids = byPath.get(path) ?? new Set<string>();
    byPath.set(path, ids.add(String(headers['webhook-id'])));
  }
  return byPath;
}

async function statuses(): Promise<Record<string, number>> {
  const count: Record<string, number> = {};
  let cursor = '';
  for (;;) {
    const { body } = await programs.call('GET', `/deliveries?limit=200${cursor}`);
    for (const { status } of body['items'] as { status: string }[]) count[status] = (count[status] ?? 0) + 1;
    if (body['next'] === null) return count;
    cursor = `&cursor=${encodeURIComponent(body['next'] as string)}`;
  }
}

describe('nothing accepted is lost', () => {
  test('kill -9 of the worker in the middle of 3,000 deliveries, and of Redis after it', async () => {
    await programs.call('PUT', '/accounts/jdoe/applications/app', { enabled: true });
    for (let i = 0; i < WEBHOOKS; i++) {
      receiver.answer(`/hook${i}`, { status: 200, delayMs: 20 });
      await programs.call('POST', '/accounts/jdoe/applications/app/webhooks', {
        name: `hook${i}`,
        event: 'build.started',
        url: receiver.url(`/hook${i}`),
      });
    }
    const producer = createProducer({ redis: redis.url });
    const emitted = await Promise.all(
      Array.from({ length: EVENTS }, async (_, i) => {
        const body = { app_name: 'app', build_num: String(i), status: 'Queued' };
        return (await producer.emit({ account: 'jdoe', type: 'build.started', body })).id;
      }),
    );
    await producer.close();

    await eventually(() => expect(receiver.received).toBeGreaterThan(300));
    await programs.workers[0]?.kill9();
    const seenAtKill = receiver.received;
    expect(seenAtKill).toBeLessThan(EVENTS * WEBHOOKS);
    await redis.kill9();
    await redis.restart();
    await programs.startWorker();

    await eventually(
      () => {
        const seen = arrived();
        for (let i = 0; i < WEBHOOKS; i++) expect(seen.get(`/hook${i}`)?.size).toBe(EVENTS);
      },
      { timeoutMs: 60_000, everyMs: 250 },
    );
    for (let i = 0; i < WEBHOOKS; i++) expect(arrived().get(`/hook${i}`)).toEqual(new Set(emitted));
    await eventually(async () => expect(await statuses()).toEqual({ delivered: EVENTS * WEBHOOKS }), {
      timeoutMs: 30_000,
      everyMs: 500,
    });
    // At least once: only what was in flight at the kill may have come twice.
    expect(receiver.received).toBeLessThanOrEqual(EVENTS * WEBHOOKS + WEBHOOKS * 64);
  }, 150_000);
});
