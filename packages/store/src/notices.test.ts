import { describe, expect, test } from '@jest/globals';
import type { Notice, StreakStep, Webhook } from '@hooklane/core';
import { useStore } from '../fixtures/store-bench.ts';
import type { TryResult } from '../fixtures/store-bench.ts';
import type { NewNotice } from './notices.ts';
import type { StreakNews } from './streak.ts';

const bench = useStore();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const KIND = { first: 'failing', half: 'failing', full: 'disabled', recovered: 'recovered' } as const;

function draft(webhook: Webhook, streak: StreakNews | null, more: Partial<NewNotice> = {}): NewNotice {
  return {
    laneId: webhook.id,
    now: bench.clock.now(),
    kind: `webhook.${streak === null ? 'disabled' : KIND[streak.step]}`,
    account: webhook.account,
    webhook: { id: webhook.id, name: webhook.name, scope: webhook.scope, event: webhook.event },
    message: `${webhook.name}: ${streak?.step ?? 'gone'}`,
    reason: streak === null ? 'gone' : streak.step === 'full' ? 'failing' : null,
    streak,
    last: { outcome: 'rejected', statusCode: 500, error: null },
    ...more,
  };
}

/** One try with this end, as a worker does it: settled, and told if there is something to tell. */
async function attempt(webhook: Webhook, result: TryResult = {}): Promise<StreakStep | null> {
  bench.clock.advance(1);
  await bench.emit(1, { scope: webhook.scope });
  const take = await bench.takeWork(webhook, 'run-1', 1);
  const retry: TryResult = { disposition: { kind: 'dead', reason: 'exhausted' }, ...result };
  const results = take.due.map((due) => bench.tried(due, retry));
  const request = { webhookId: webhook.id, run: 'run-1', settlements: results, breaker: null };
  const { streak } = await bench.store.lanes.settle({ ...request, now: bench.clock.now() });
  if (streak) await bench.store.notices.raise(draft(webhook, streak));
  return streak?.step ?? null;
}

const succeed = (webhook: Webhook) => attempt(webhook, { disposition: { kind: 'delivered' } });

/** Time in which workers sweep, as they do every 5 s; here once in a while that is still below the silence that counts. */
async function serve(ms: number): Promise<void> {
  const end = bench.clock.now() + ms;
  while (bench.clock.now() < end) {
    bench.clock.advance(Math.min(59_000, end - bench.clock.now()));
    await bench.store.lanes.sweep();
  }
}

async function notices(): Promise<Notice[]> {
  return (await bench.store.notices.findNotices({}, { cursor: null, limit: 200 })).items.toReversed();
}

const told = async (): Promise<string[]> =>
  (await notices()).map(({ kind, streak }) => `${kind} ${streak?.step ?? ''}`.trimEnd());

describe('A webhook whose every try fails', () => {
  test('is told of at once, half way, and disabled after 5 days of tries; what it is owed waits', async () => {
    const webhook = await bench.webhook();
    await bench.store.lanes.sweep();
    const steps: (string | null)[] = [];
    for (let i = 0; i <= 20; i++) {
      steps.push(await attempt(webhook));
      if (i < 20) await serve(6 * HOUR);
    }
    expect(steps.map((step, i) => [i * 6, step]).filter(([, step]) => step !== null)).toEqual([
      [0, 'first'],
      [60, 'half'],
      [120, 'full'],
    ]);
    expect(await told()).toEqual(['webhook.failing first', 'webhook.failing half', 'webhook.disabled full']);
    expect((await notices())[2]).toMatchObject({
      reason: 'failing',
      // Each try takes the clock of the test one ms further.
      streak: { since: bench.clock.now() - 5 * DAY - 20, tries: 21, failingMs: 5 * DAY + 20 },
    });
    expect(await bench.store.webhooks.getWebhook(webhook.id)).toMatchObject({
      enabled: false,
      disabled: { reason: 'failing', at: bench.clock.now(), message: `${webhook.name}: full` },
    });
    expect((await bench.store.dispatch([bench.event()])).results).toEqual([{ none: 'no_matching_webhook' }]);
  }, 30_000);

  test('is never disabled with 0, but its first failure is told', async () => {
    bench.store = bench.openTimed({ disableAfterMs: 0 });
    const webhook = await bench.webhook();
    for (let i = 0; i < 20; i++) {
      await attempt(webhook);
      bench.clock.advance(59_000);
    }
    expect(await told()).toEqual(['webhook.failing first']);
  });

  test('is judged by tries, not by time: two failures with a month between are a fifth of the way', async () => {
    bench.store = bench.openTimed({ disableAfterMs: HOUR });
    const webhook = await bench.webhook();
    await attempt(webhook);
    await serve(5 * HOUR);
    expect(await attempt(webhook)).toBeNull();
    expect((await bench.raw.hget(`{h0}:state:${webhook.id}`, 'fa'))?.split('|')[2]).toBe(String(HOUR / 5));
  });

  test('does not age while no worker is there, nor while Redis is away', async () => {
    bench.store = bench.openTimed({ disableAfterMs: HOUR });
    const webhook = await bench.webhook();
    await bench.store.lanes.sweep();
    await attempt(webhook);
    for (let i = 0; i < 10; i++) {
      bench.clock.advance(10 * 60_000);
      await bench.store.lanes.sweep();
      expect(await attempt(webhook)).toBeNull();
    }
    expect((await bench.raw.hget(`{h0}:state:${webhook.id}`, 'fa'))?.split('|')[2]).toBe('0');
  });

  test('does not age by what is our own fault', async () => {
    bench.store = bench.openTimed({ disableAfterMs: HOUR });
    const webhook = await bench.webhook();
    for (let i = 0; i < 12; i++) {
      expect(await attempt(webhook, { outcome: 'interrupted', charged: false })).toBeNull();
      await serve(10 * 60_000);
    }
    expect(await notices()).toEqual([]);
    expect(await bench.raw.hexists(`{h0}:state:${webhook.id}`, 'fa')).toBe(0);
  });

  test('works again with one success, which is told; then the count begins anew', async () => {
    bench.store = bench.openTimed({ disableAfterMs: HOUR });
    const webhook = await bench.webhook();
    for (let i = 0; i < 5; i++) {
      await attempt(webhook);
      await serve(10 * 60_000);
    }
    expect(await succeed(webhook)).toBe('recovered');
    expect(await succeed(webhook)).toBeNull();
    await attempt(webhook);
    expect(await told()).toEqual([
      'webhook.failing first',
      'webhook.failing half',
      'webhook.recovered recovered',
      'webhook.failing first',
    ]);
    expect((await bench.raw.hget(`{h0}:state:${webhook.id}`, 'fa'))?.split('|').slice(2, 4)).toEqual([
      '0',
      '1',
    ]);
  });

  test('makes no storm of notices while it flaps: one failing and one recovered in a fifth of the time', async () => {
    const webhook = await bench.webhook();
    for (let i = 0; i < 50; i++) {
      await attempt(webhook);
      await succeed(webhook);
      bench.clock.advance(1000);
    }
    expect(await told()).toEqual(['webhook.failing first', 'webhook.recovered recovered']);
    await serve(DAY);
    await attempt(webhook);
    expect(await told()).toHaveLength(3);
  });

  test('a warning that was due while the last one was fresh comes when that has aged', async () => {
    const webhook = await bench.webhook();
    await attempt(webhook);
    await succeed(webhook);
    expect(await attempt(webhook)).toBeNull();
    await serve(DAY);
    expect(await attempt(webhook)).toBe('first');
  });

  test.each([
    ['enabling it again', { enabled: true }],
    ['sending it elsewhere', { url: 'https://example.com/other' }],
  ])('starts afresh after %s', async (_, patch) => {
    bench.store = bench.openTimed({ disableAfterMs: HOUR });
    const webhook = await bench.webhook();
    for (let i = 0; i < 5; i++) {
      await attempt(webhook);
      await serve(10 * 60_000);
    }
    if ('enabled' in patch) await bench.store.webhooks.updateWebhook(webhook.id, { enabled: false });
    await bench.store.webhooks.updateWebhook(webhook.id, patch);
    for (let i = 0; i < 3; i++) {
      await attempt(webhook);
      await serve(10 * 60_000);
    }
    expect((await told()).filter((line) => line.includes('disabled'))).toEqual([]);
  });
});

describe('A notice', () => {
  test('and what it tells are written in one step: raised again it changes nothing', async () => {
    const webhook = await bench.webhook();
    await bench.store.notices.raise(draft(webhook, null));
    const at = bench.clock.now();
    bench.clock.advance(5000);
    expect(await bench.store.notices.raise(draft(webhook, null, { message: 'Again.' }))).toBeNull();
    expect(await bench.store.webhooks.getWebhook(webhook.id)).toMatchObject({
      enabled: false,
      disabled: { reason: 'gone', at, message: `${webhook.name}: gone` },
    });
    expect(await told()).toEqual(['webhook.disabled']);
  });

  test('of a step that a crash kept from being told comes with the next failure', async () => {
    const webhook = await bench.webhook();
    const { streak } = await failUntold(webhook);
    expect(streak?.step).toBe('first');
    expect(await attempt(webhook)).toBe('first');
    expect(await told()).toEqual(['webhook.failing first']);
  });

  test('of a streak that ended meanwhile is not written', async () => {
    const webhook = await bench.webhook();
    const { streak } = await failUntold(webhook);
    await succeed(webhook);
    expect(await bench.store.notices.raise(draft(webhook, streak))).toBeNull();
    expect(await notices()).toEqual([]);
  });

  test('disables although somebody changes the webhook at the same moment', async () => {
    for (let i = 0; i < 5; i++) {
      const webhook = await bench.webhook();
      const both = [
        () => bench.store.webhooks.updateWebhook(webhook.id, { maxInFlight: 3 }),
        () => bench.store.notices.raise(draft(webhook, null)),
      ];
      await Promise.all((i % 2 === 0 ? both : both.toReversed()).map((change) => change()));
      expect(await bench.store.webhooks.getWebhook(webhook.id)).toMatchObject({
        enabled: false,
        maxInFlight: 3,
        disabled: { reason: 'gone' },
      });
    }
  });

  test('of a webhook that nobody knows, or that is deleted, is not written', async () => {
    const webhook = await bench.webhook();
    await bench.store.webhooks.deleteWebhook(webhook.id);
    expect(await bench.store.notices.raise(draft(webhook, null))).toBeNull();
  });
});

async function failUntold(webhook: Webhook) {
  await bench.emit(1);
  const take = await bench.takeWork(webhook, 'run-1', 1);
  const settlements = take.due.map((due) =>
    bench.tried(due, { disposition: { kind: 'dead', reason: 'exhausted' } }),
  );
  return bench.store.lanes.settle({
    webhookId: webhook.id,
    run: 'run-1',
    settlements,
    breaker: null,
    now: bench.clock.now(),
  });
}

describe('The list of notices', () => {
  const find = (filter = {}, page = {}) =>
    bench.store.notices.findNotices(filter, { cursor: null, limit: 50, ...page });

  test('is the newest first, page by page, filtered by account, webhook, time and whether a person saw it', async () => {
    const hooks: Webhook[] = [];
    for (let i = 0; i < 5; i++) {
      hooks.push(await bench.webhook({ account: i < 3 ? 'jdoe' : 'Ann' }));
      await bench.store.notices.raise(draft(hooks[i]!, null));
      bench.clock.advance(1000);
    }
    const all = (await find()).items;
    expect(all.map(({ webhook }) => webhook?.id)).toEqual(hooks.map(({ id }) => id).toReversed());
    const first = await find({}, { limit: 2 });
    const second = await find({}, { limit: 2, cursor: first.next });
    const third = await find({}, { limit: 2, cursor: second.next });
    expect([...first.items, ...second.items, ...third.items]).toEqual(all);
    expect(third.next).toBeNull();
    expect((await find({ account: 'ANN' })).items).toHaveLength(2);
    expect((await find({ webhook: hooks[1]!.id })).items).toHaveLength(1);
    expect((await find({ since: bench.clock.now() - 2000 })).items).toHaveLength(2);

    const seen = await bench.store.notices.acknowledgeNotice(all[0]!.id);
    expect(seen?.acknowledgedAt).toBe(bench.clock.now());
    bench.clock.advance(1000);
    expect(await bench.store.notices.acknowledgeNotice(all[0]!.id)).toEqual(seen);
    expect((await find({ acknowledged: false })).items).toEqual(all.slice(1));
    expect((await find({ acknowledged: true })).items).toEqual([seen]);
    expect(await bench.store.notices.countOpenNotices()).toBe(4);
    expect(await bench.store.notices.acknowledgeNotice('ntc_unknown')).toBeNull();
    await expect(find({}, { cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  test('keeps 1,000 of an account, for 90 days', async () => {
    for (let i = 0; i < 1003; i++) {
      const webhook = { ...(await bench.webhook({ scope: { kind: 'application', name: `app-${i}` } })) };
      await bench.store.notices.raise(draft(webhook, null));
      bench.clock.advance(1);
    }
    expect(await bench.raw.zcard('{h0}:notices')).toBe(1000);
    expect(await bench.store.notices.countOpenNotices()).toBe(1000);
    expect(await bench.raw.keys('{h0}:notice:*')).toHaveLength(1000);
    bench.clock.advance(91 * DAY);
    await bench.store.prune();
    expect(await bench.store.notices.countOpenNotices()).toBe(0);
  }, 30_000);
});
