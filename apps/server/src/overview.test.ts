import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AcceptedEvent, Attempt, DueDelivery, Settlement } from '@hooklane/core';
import { CLOSED_BREAKER } from '@hooklane/core';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import type { Store } from '@hooklane/store';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { REAL_KEY, REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealServer } from './testing/real-server.ts';

let redis: TestRedis;
let server: RealServer;
let store: Store;
let raw: ReturnType<typeof connectStore>;
beforeAll(async () => {
  redis = await startRedis();
  raw = connectStore({ redis: redis.url, role: 'server' });
});
beforeEach(async () => {
  await redis.flush();
  server = startRealServer(redis.url);
  store = createStore({
    redis: connectStore({ redis: redis.url, role: 'worker' }),
    secrets: createSecretBox(REAL_KEY),
  });
});
afterEach(async () => {
  await Promise.all([server.close(), store.close()]);
});
afterAll(async () => {
  raw.disconnect();
  await redis.stop();
});

const headers = { authorization: `Bearer ${REAL_TOKEN}` };
const get = async (url: string): Promise<Record<string, unknown>> =>
  (await server.ask('GET', url, { headers })).json;

async function addWebhook(name: string, application = 'shop'): Promise<string> {
  const app = `/v1/accounts/jdoe/applications/${application}`;
  await server.ask('PUT', app, { headers, body: { enabled: true } });
  const body = { name, event: 'build.finished', url: 'http://127.0.0.1:1/', maxInFlight: 256 };
  return String((await server.ask('POST', `${app}/webhooks`, { headers, body })).json['id']);
}

let count = 0;
async function emit(more: Partial<AcceptedEvent> = {}): Promise<void> {
  const now = Date.now();
  const scope = { kind: 'application', name: 'shop' } as const;
  const event = { account: 'jdoe', scope, acceptedAt: now, occurredAt: now, body: '{}', ...more };
  await store.dispatch([{ id: `evt_${++count}`, type: 'build.finished', ...event }]);
}

async function take(webhookId: string): Promise<DueDelivery[]> {
  const work = await store.lanes.take({ webhookId, run: 'run-1', limit: 256, now: Date.now() });
  return work.kind === 'work' ? work.due : [];
}

async function settle(
  webhookId: string,
  due: DueDelivery[],
  end: { disposition: Settlement['disposition']; attempt: Partial<Attempt>; open?: boolean },
): Promise<void> {
  const now = Date.now();
  const settlements = due.map((delivery): Settlement => ({
    delivery,
    charged: true,
    disposition: end.disposition,
    attempt: {
      number: delivery.tries + 1,
      startedAt: now,
      durationMs: 5,
      outcome: 'rejected',
      fault: 'receiver',
      statusCode: 500,
      error: null,
      response: null,
      ...end.attempt,
    },
  }));
  const opened = { ...CLOSED_BREAKER, state: 'open' as const, faults: 11, probeAt: now + 20_000 };
  const breaker = end.open === true ? opened : null;
  await store.lanes.settle({ webhookId, run: 'run-1', settlements, breaker, now });
}

const OK = { outcome: 'ok', fault: null, statusCode: 200 } as const;

describe('The overview', () => {
  test('of a house where nothing happened is all zero', async () => {
    const json = await get('/v1/overview?minutes=5');
    expect(json['minutes']).toHaveLength(5);
    expect(json).toMatchObject({
      totals: { accepted: 0, delivered: 0, attempts: 0, successRate: null, latency: null },
      backlog: { waiting: 0, oldestDueAgeMs: null },
      openLanes: [],
      workers: [],
      deadLetters: 0,
    });
    expect((await get('/v1/overview'))['minutes']).toHaveLength(60);
    expect((await get('/v1/overview?minutes=1441'))['field']).toBe('minutes');
  });

  test('counts outcomes and tells latency from acceptance to delivery, right to a tenth', async () => {
    const hook = await addWebhook('chat');
    const accepted = Date.now() - 100_000;
    for (let i = 1; i <= 100; i++) await emit({ acceptedAt: accepted });
    const due = await take(hook);
    // The i-th one took i × 10 ms.
    for (const [i, one] of due.slice(0, 90).entries()) {
      await settle(hook, [one], {
        disposition: { kind: 'delivered' },
        attempt: { ...OK, startedAt: accepted, durationMs: (i + 1) * 10 },
      });
    }
    await settle(hook, due.slice(90, 95), {
      disposition: { kind: 'retry', at: Date.now() + 60_000 },
      attempt: { outcome: 'timeout', statusCode: null },
    });
    await settle(hook, due.slice(95, 99), {
      disposition: { kind: 'dead', reason: 'exhausted' },
      attempt: {},
    });
    await settle(hook, due.slice(99), {
      disposition: { kind: 'retry', at: Date.now() + 60_000 },
      attempt: { outcome: 'interrupted', fault: 'ours', statusCode: null },
    });
    const json = await get('/v1/overview?minutes=5');
    const totals = json['totals'] as { latency: Record<'p50' | 'p95' | 'p99', number>; successRate: number };
    expect(totals).toMatchObject({ accepted: 100, delivered: 90, failed: 6, dead: 4, attempts: 100 });
    expect(totals.successRate).toBeCloseTo(90 / 99);
    for (const [name, ms] of [
      ['p50', 450],
      ['p95', 860],
      ['p99', 900],
    ] as const) {
      expect(Math.abs(totals.latency[name] - ms) / ms).toBeLessThan(0.1);
    }
    const minutes = json['minutes'] as { outcomes: Record<string, number> }[];
    const sum = (name: string): number =>
      minutes.reduce((all, { outcomes }) => all + (outcomes[name] ?? 0), 0);
    expect(['ok', 'timeout', 'rejected', 'interrupted'].map(sum)).toEqual([90, 5, 4, 1]);
    expect(json).toMatchObject({ backlog: { waiting: 6 }, deadLetters: 4 });
  });

  test('tells a redelivery from its own beginning, not from the day of the event', async () => {
    const hook = await addWebhook('chat');
    await emit({ acceptedAt: Date.now() - 3_600_000 });
    await settle(hook, await take(hook), { disposition: { kind: 'dead', reason: 'gone' }, attempt: {} });
    await store.deliveries.redeliver(`evt_${count}.${hook}`);
    await settle(hook, await take(hook), { disposition: { kind: 'delivered' }, attempt: OK });
    const { totals } = (await get('/v1/overview')) as { totals: { latency: { p99: number } } };
    expect(totals.latency.p99).toBeLessThan(10_000);
  });

  test('says why a lane is open', async () => {
    const hook = await addWebhook('chat');
    await emit();
    await settle(hook, await take(hook), {
      disposition: { kind: 'retry', at: Date.now() + 60_000 },
      attempt: {
        outcome: 'unreachable',
        fault: 'network',
        statusCode: null,
        error: { code: 'refused', message: 'The connection was refused.' },
      },
      open: true,
    });
    expect((await get('/v1/overview'))['openLanes']).toMatchObject([
      {
        webhookId: hook,
        name: 'chat',
        faults: 11,
        last: { outcome: 'unreachable', statusCode: null, error: { code: 'refused' } },
      },
    ]);
  });

  test('is kept in few bytes, which expire', async () => {
    const hook = await addWebhook('chat');
    for (let i = 0; i < 60; i++) await emit({ acceptedAt: Date.now() - 2 ** (i / 2) });
    for (const one of await take(hook)) {
      await settle(hook, [one], { disposition: { kind: 'delivered' }, attempt: OK });
    }
    for (const key of await raw.keys('*rate:*')) {
      expect(await raw.pttl(key)).toBeGreaterThan(86_400_000);
      expect(await raw.memory('USAGE', key)).toBeLessThan(2000);
    }
  });
});

describe('Groups of dead letters', () => {
  const exhausted = { kind: 'dead', reason: 'exhausted' } as const;

  async function die(hook: string, count_: number, attempt: Partial<Attempt>): Promise<void> {
    for (let i = 0; i < count_; i++)
      await emit({ scope: { kind: 'application', name: hook === '' ? '' : 'shop' } });
    await settle(hook, await take(hook), { disposition: exhausted, attempt });
  }
  const groups = async (query = ''): Promise<Record<string, unknown>[]> => {
    const json = await get(`/v1/dead-letters/groups${query}`);
    expect(json['truncated']).toBe(false);
    return json['items'] as Record<string, unknown>[];
  };

  test('are told by webhook, reason and status, the largest first, with first and last death', async () => {
    const hook = await addWebhook('chat');
    await die(hook, 3, {});
    const between = Date.now();
    await die(hook, 5, { outcome: 'timeout', statusCode: null });
    expect(await groups()).toMatchObject([
      {
        webhookId: hook,
        webhookName: 'chat',
        account: 'jdoe',
        reason: 'exhausted',
        statusCode: null,
        count: 5,
      },
      { webhookId: hook, event: 'build.finished', statusCode: 500, count: 3 },
    ]);
    const [first] = await groups();
    expect(Date.parse(String(first?.['firstAt']))).toBeGreaterThanOrEqual(between - 2);
    expect(await groups('?statusCode=0')).toHaveLength(1);
    expect(await groups('?account=JDOE&application=Shop&reason=exhausted')).toHaveLength(2);
    for (const none of [
      'account=x',
      'environment=shop',
      'webhook=wh_x',
      'event=build.started',
      'reason=gone',
      'status=pending',
    ])
      expect(await groups(`?${none}`)).toEqual([]);
    const day = new Date(Date.now() - 86_400_000).toISOString();
    expect(await groups(`?since=${day}`)).toMatchObject([{ count: 5, webhookName: 'chat' }, { count: 3 }]);
    expect(await groups(`?until=${day}`)).toEqual([]);
  });

  test('lose what is sent again or discarded, leave nothing behind, and outlive their webhook', async () => {
    const hook = await addWebhook('chat');
    await die(hook, 3, {});
    const ids = [2, 1, 0].map((back) => `evt_${count - back}.${hook}`);
    await store.deliveries.redeliver(ids[0] ?? '');
    expect(await groups()).toMatchObject([{ count: 2 }]);
    await store.deliveries.discard([ids[1] ?? '']);
    expect(await groups()).toMatchObject([{ count: 1 }]);
    await settle(hook, await take(hook), { disposition: { kind: 'delivered' }, attempt: OK });
    await server.ask('DELETE', `/v1/webhooks/${hook}`, { headers });
    expect(await groups()).toMatchObject([
      { count: 1, webhookName: null, account: 'jdoe', scope: { name: 'shop' } },
    ]);
    await store.deliveries.discard([ids[2] ?? '']);
    expect(await groups()).toEqual([]);
    expect(await raw.keys('*dead*')).toEqual([]);
  });
});
