import { describe, expect, test } from '@jest/globals';
import type { Webhook } from '@hooklane/core';
import { useStore } from '../fixtures/store-bench.ts';

const bench = useStore();

async function setUrl(settings: { secret?: string | null } = {}): Promise<void> {
  await bench.store.notifications.setNotifications('JDoe', { url: 'https://ops.example.com/', ...settings });
}

async function targetId(): Promise<string> {
  return (await bench.raw.get('{h0}:notify:jdoe')) ?? '';
}

function gone(webhook: Webhook): Parameters<typeof bench.store.notices.raise>[0] {
  return {
    laneId: webhook.id,
    now: bench.clock.now(),
    kind: 'webhook.disabled',
    account: webhook.account,
    webhook: { id: webhook.id, name: webhook.name, scope: webhook.scope, event: webhook.event },
    message: 'Gone.',
    reason: 'gone',
    streak: null,
    last: { outcome: 'gone', statusCode: 410, error: null },
  };
}

const lane = async () => ({ id: await targetId(), maxInFlight: 32 }) as Webhook;

describe('A notification URL', () => {
  test('gets each notice of its account as an operational event, through a lane of its own, signed', async () => {
    await setUrl({ secret: 'a shared secret' });
    const raised = await bench.store.notices.raise(gone(await bench.webhook()));
    await bench.store.notices.raise(gone(await bench.webhook({ account: 'other' })));
    expect(raised?.wakes).toMatchObject([{ webhookId: await targetId(), pool: 'lanes' }]);
    const take = await bench.takeWork(await lane());
    expect(take.webhook).toMatchObject({
      purpose: 'notifications',
      url: 'https://ops.example.com/',
      secrets: ['a shared secret'],
    });
    expect(take.due).toHaveLength(1);
    expect(take.due[0]).toMatchObject({ type: 'webhook.disabled' });
    expect(JSON.parse(String(take.due[0]!.body))).toEqual({
      type: 'webhook.disabled',
      timestamp: new Date(bench.clock.now()).toISOString(),
      data: {
        notice_id: raised!.notice.id,
        account: 'jdoe',
        webhook_id: raised?.notice.webhook?.id,
        webhook_name: raised?.notice.webhook?.name,
        scope: { kind: 'application', name: 'shop' },
        event: 'build.finished',
        message: 'Gone.',
        reason: 'gone',
        failing_since: null,
        failed_tries: null,
        last_outcome: 'gone',
        last_status_code: 410,
        last_error: null,
      },
    });
  });

  test('shows its latest tries, and in no list of webhooks, events, deliveries or dead letters', async () => {
    await setUrl();
    const sent = await bench.store.notifications.sendTestNotification('jdoe');
    const hidden = await lane();
    const take = await bench.takeWork(hidden);
    await bench.settle(
      hidden,
      take.due.map((due) => bench.tried(due, { disposition: { kind: 'dead', reason: 'exhausted' } })),
    );
    expect(await bench.store.notifications.getNotifications('jdoe')).toMatchObject({
      enabled: true,
      waiting: 0,
      recent: [{ eventId: sent?.eventId, number: 1, outcome: 'rejected', statusCode: 500, durationMs: 12 }],
    });
    const page = { cursor: null, limit: 50 };
    expect(await bench.store.webhooks.getWebhook(hidden.id)).toBeNull();
    expect(await bench.store.webhooks.updateWebhook(hidden.id, { enabled: false })).toBeNull();
    expect(await bench.store.webhooks.deleteWebhook(hidden.id)).toBeNull();
    expect(await bench.store.deliveries.getEvent(sent!.eventId)).toBeNull();
    expect(await bench.store.deliveries.getDelivery(`${sent!.eventId}.${hidden.id}`)).toBeNull();
    expect((await bench.store.deliveries.findDeliveries({}, page)).items).toEqual([]);
    expect((await bench.store.deliveries.findDeadLetters({}, page)).items).toEqual([]);
    expect((await bench.store.readBacklog()).deadLetters).toBe(0);
  });

  test('that fails itself is told of in the list only: no event about it goes out', async () => {
    await setUrl();
    const id = await targetId();
    const notice = {
      ...gone({ ...(await bench.webhook()), id }),
      webhook: null,
      kind: 'notifications.disabled' as const,
    };
    expect(await bench.store.notices.raise(notice)).toMatchObject({ wakes: [] });
    expect(await bench.store.notifications.getNotifications('jdoe')).toMatchObject({
      enabled: false,
      disabled: { reason: 'gone' },
      waiting: 0,
    });
    // While it is disabled, notices are kept but not sent.
    expect(await bench.store.notices.raise(gone(await bench.webhook()))).toMatchObject({ wakes: [] });
    expect(await bench.store.notifications.sendTestNotification('jdoe')).toBeNull();
    expect((await bench.store.notices.findNotices({}, { cursor: null, limit: 9 })).items).toHaveLength(2);
    await setUrl();
    expect(await bench.store.notifications.getNotifications('jdoe')).toMatchObject({
      enabled: true,
      disabled: null,
    });
  });

  test('keeps its secret when the URL alone changes, and loses it with null', async () => {
    await setUrl({ secret: 'a shared secret' });
    await setUrl();
    expect(await bench.store.notifications.getNotifications('jdoe')).toMatchObject({ hasSecret: true });
    expect(await bench.raw.hget(`{h0}:webhook:${await targetId()}`, 'secrets')).not.toContain('shared');
    await setUrl({ secret: null });
    expect(await bench.store.notifications.getNotifications('jdoe')).toMatchObject({ hasSecret: false });
  });

  test('that is deleted leaves nothing behind: what it is owed is given up by the next run', async () => {
    await setUrl();
    await bench.store.notifications.sendTestNotification('jdoe');
    const hidden = await lane();
    expect(await bench.store.notifications.deleteNotifications('jdoe')).toBe(true);
    expect(await bench.store.notifications.getNotifications('jdoe')).toBeNull();
    expect(await bench.store.notifications.deleteNotifications('jdoe')).toBe(false);
    bench.clock.advance(5000);
    expect((await bench.store.lanes.sweep()).map(({ webhookId }) => webhookId)).toEqual([hidden.id]);
    const take = await bench.take(hidden);
    expect(take).toMatchObject({ kind: 'deleted', due: [{ type: 'notifications.test' }] });
    if (take.kind !== 'deleted') return;
    await bench.settle(
      hidden,
      take.due.map((delivery) => ({
        delivery,
        attempt: null,
        charged: false,
        disposition: { kind: 'dead', reason: 'webhook_deleted' },
      })),
    );
    expect(await bench.take(hidden)).toEqual({ kind: 'deleted', due: [] });
    expect(await bench.raw.keys(`*${hidden.id}*`)).toEqual([]);
  });

  test('gets at most 100 warnings in an hour, but of everything that is disabled', async () => {
    await setUrl();
    const scopeOf = (i: number) => ({ kind: 'application', name: `app-${i}` }) as const;
    const warn = async (i: number): Promise<void> => {
      const webhook = await bench.webhook({ scope: scopeOf(i) });
      await bench.emit(1, { scope: webhook.scope });
      const take = await bench.takeWork(webhook, 'run-1', 1);
      const request = {
        webhookId: webhook.id,
        run: 'run-1',
        settlements: take.due.map((due) =>
          bench.tried(due, { disposition: { kind: 'dead', reason: 'exhausted' } }),
        ),
        breaker: null,
        now: bench.clock.now(),
      };
      const { streak } = await bench.store.lanes.settle(request);
      await bench.store.notices.raise({ ...gone(webhook), kind: 'webhook.failing', reason: null, streak });
    };
    for (let i = 0; i < 130; i++) await warn(i);
    expect(await bench.raw.zcard(`{h0}:lane:${await targetId()}`)).toBe(100);
    expect(await bench.store.notices.countOpenNotices()).toBe(130);
    await bench.store.notices.raise(gone(await bench.webhook()));
    expect(await bench.raw.zcard(`{h0}:lane:${await targetId()}`)).toBe(101);
  });
});
