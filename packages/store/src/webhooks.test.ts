import { describe, expect, test } from '@jest/globals';
import { SCOPE, useStore } from '../fixtures/store-bench.ts';
import { createSecretBox } from './secrets.ts';

const bench = useStore();
const hooks = () => bench.store.webhooks;

describe('A webhook', () => {
  test('comes back as it was created, without its secret', async () => {
    const created = await bench.webhook({
      name: 'Chat',
      secret: 'hidden',
      signing: 'github',
      maxInFlight: 5,
    });
    expect(created).toEqual({
      id: expect.stringMatching(/^wh_[0-9a-z]{26}$/),
      account: 'jdoe',
      scope: SCOPE,
      event: 'build.finished',
      name: 'Chat',
      url: 'https://example.com/hook',
      signing: 'github',
      tokenHeader: 'x-token',
      hasSecret: true,
      enabled: true,
      disabled: null,
      maxInFlight: 5,
      createdAt: bench.clock.now(),
      updatedAt: bench.clock.now(),
    });
    expect(await hooks().getWebhook(created.id)).toEqual(created);
    expect(JSON.stringify(created)).not.toContain('hidden');
    expect(await hooks().getWebhook('wh_unknown')).toBeNull();
  });

  test('changes in what the patch names and nothing else', async () => {
    const created = await bench.webhook({ secret: 'hidden' });
    bench.clock.advance(1000);
    const changed = await hooks().updateWebhook(created.id, { url: 'https://example.com/2', maxInFlight: 1 });
    expect(changed?.webhook).toEqual({
      ...created,
      url: 'https://example.com/2',
      maxInFlight: 1,
      updatedAt: bench.clock.now(),
    });
    expect(await hooks().updateWebhook('wh_unknown', {})).toBeNull();
  });

  test('hears of another type from the moment it is changed', async () => {
    const webhook = await bench.webhook();
    await hooks().updateWebhook(webhook.id, { event: 'build.started' });
    const types = ['build.finished', 'build.started'] as const;
    const { results } = await bench.store.dispatch(types.map((type) => bench.event({ type })));
    expect(results).toEqual([{ none: 'no_matching_webhook' }, { deliveries: 1 }]);
  });

  test('disabled by a person says so, and the notice goes when it is enabled', async () => {
    const webhook = await bench.webhook();
    const off = await hooks().updateWebhook(webhook.id, { enabled: false });
    expect(off?.webhook).toMatchObject({
      enabled: false,
      disabled: { reason: 'by_person', at: bench.clock.now() },
    });
    const on = await hooks().updateWebhook(webhook.id, { enabled: true });
    expect(on).toMatchObject({ webhook: { enabled: true, disabled: null }, wakes: [] });
    expect((await bench.store.dispatch([bench.event()])).results).toEqual([{ deliveries: 1 }]);
  });
});

describe('A Friendly Name', () => {
  test('is unique in its scope, case-insensitively, and free in any other', async () => {
    await bench.webhook({ name: 'Chat' });
    const taken = { code: 'name_taken', field: 'name' };
    await expect(bench.webhook({ name: 'cHAT' })).rejects.toMatchObject(taken);
    await expect(bench.webhook({ name: 'CHAT', event: 'build.started' })).rejects.toMatchObject(taken);
    await bench.webhook({ name: 'Chat', account: 'other' });
    await bench.webhook({ name: 'Chat', scope: { kind: 'application', name: 'blog' } });
    await expect(
      bench.webhook({ name: 'chat', account: 'OTHER', scope: { ...SCOPE, name: 'SHOP' } }),
    ).rejects.toMatchObject(taken);
  });

  test('is given to one of many that ask at once', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => bench.webhook({ name: 'Chat' })));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { webhooks } = await hooks().getScope('jdoe', SCOPE);
    expect(webhooks).toHaveLength(1);
  });

  test('moves with a change, leaves the old one free, and may change its case', async () => {
    const one = await bench.webhook({ name: 'one' });
    bench.clock.advance(1);
    const two = await bench.webhook({ name: 'two' });
    await expect(hooks().updateWebhook(two.id, { name: 'ONE' })).rejects.toMatchObject({
      code: 'name_taken',
    });
    expect((await hooks().updateWebhook(one.id, { name: 'One' }))?.webhook.name).toBe('One');
    await hooks().updateWebhook(one.id, { name: 'three' });
    await hooks().updateWebhook(two.id, { name: 'ONE' });
    const { webhooks } = await hooks().getScope('jdoe', SCOPE);
    expect(webhooks.map(({ name }) => name)).toEqual(['three', 'ONE']);
  });

  test('is free again after a deletion', async () => {
    const webhook = await bench.webhook({ name: 'Chat' });
    await hooks().deleteWebhook(webhook.id);
    await bench.webhook({ name: 'Chat' });
  });
});

test('Changes at the same moment are both kept', async () => {
  const webhook = await bench.webhook();
  await Promise.all([
    hooks().updateWebhook(webhook.id, { url: 'https://example.com/2' }),
    hooks().updateWebhook(webhook.id, { maxInFlight: 7 }),
    hooks().updateWebhook(webhook.id, { name: 'renamed' }),
  ]);
  expect(await hooks().getWebhook(webhook.id)).toMatchObject({
    url: 'https://example.com/2',
    maxInFlight: 7,
    name: 'renamed',
  });
});

describe('A secret', () => {
  const secretsNow = async (id: string): Promise<readonly string[]> => {
    await bench.emit();
    const take = await bench.store.lanes.take({ webhookId: id, run: 'r', limit: 1, now: bench.clock.now() });
    if (take.kind !== 'work' || !take.webhook) throw new Error(take.kind);
    await bench.settle(
      (await hooks().getWebhook(id))!,
      take.due.map((due) => bench.tried(due)),
      { run: 'r' },
    );
    return take.webhook.secrets;
  };

  test('that is rotated signs beside the new one until its time, and then no more', async () => {
    const { id } = await bench.webhook({ secret: 'first' });
    await hooks().updateWebhook(id, { secret: 'second', secretOverlapMs: 60_000 });
    expect(await secretsNow(id)).toEqual(['second', 'first']);
    bench.clock.advance(59_999);
    expect(await secretsNow(id)).toEqual(['second', 'first']);
    bench.clock.advance(1);
    expect(await secretsNow(id)).toEqual(['second']);
  });

  test('rotates at once when there is no overlap, for a day by default, and can be taken away', async () => {
    const { id } = await bench.webhook({ secret: 'first' });
    await hooks().updateWebhook(id, { secret: 'second', secretOverlapMs: 0 });
    expect(await secretsNow(id)).toEqual(['second']);
    await hooks().updateWebhook(id, { secret: 'third' });
    bench.clock.advance(86_399_999);
    expect(await secretsNow(id)).toEqual(['third', 'second']);
    const none = await hooks().updateWebhook(id, { secret: null });
    expect(none?.webhook.hasSecret).toBe(false);
    expect(await secretsNow(id)).toEqual([]);
  });

  test('is nowhere in Redis in clear text, nor in base64 or hex', async () => {
    const secrets = ['first-secret-93c1', 'second-secret-b7d2'] as const;
    const webhook = await bench.webhook({ secret: secrets[0] });
    await hooks().updateWebhook(webhook.id, { secret: secrets[1] });
    await bench.emit(3);
    await bench.die(webhook);
    await bench.store.deliveries.findDeliveries({}, { cursor: null, limit: 10 });
    const keys = await bench.raw.keys('*');
    expect(keys.length).toBeGreaterThan(5);
    // DUMP shows every byte of a value, but may compress it; what is short or random stays as it is.
    const hash = JSON.stringify(await bench.raw.hgetall(`{h0}:webhook:${webhook.id}`));
    const dumps = await Promise.all(keys.map((key) => bench.raw.dumpBuffer(key)));
    const all = [hash, ...keys, ...dumps.map((dump) => dump?.toString('latin1') ?? '')].join('\n');
    expect(all).toContain('https://example.com/hook');
    for (const secret of secrets) {
      expect(all).not.toContain(secret);
      expect(all).not.toContain(Buffer.from(secret).toString('base64').slice(0, 16));
      expect(all).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  test('that was written with another key is unreadable, and no delivery is lost by it', async () => {
    const webhook = await bench.webhook({ secret: 'hidden' });
    await bench.emit();
    const wrong = bench.openTimed({ secrets: createSecretBox(Buffer.alloc(32, 9)) });
    const ask = { webhookId: webhook.id, limit: 1, now: bench.clock.now() };
    await expect(wrong.lanes.take({ ...ask, run: 'wrong' })).rejects.toMatchObject({
      code: 'secret_unreadable',
    });
    bench.clock.advance(9000);
    const right = await bench.takeWork(webhook, 'right');
    expect(right.interrupted).toHaveLength(1);
    expect(right.webhook?.secrets).toEqual(['hidden']);
  });
});

describe('A sealed secret', () => {
  const box = createSecretBox(Buffer.alloc(32, 1));

  test('opens for its owner alone, and not when a byte was changed', () => {
    const sealed = box.seal('hidden ü', 'wh_1');
    expect(box.open(sealed, 'wh_1')).toBe('hidden ü');
    expect(() => box.open(sealed, 'wh_2')).toThrow(expect.objectContaining({ code: 'secret_unreadable' }));
    const bytes = Buffer.from(sealed, 'base64');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i]! ^= 1;
      expect(() => box.open(changed.toString('base64'), 'wh_1')).toThrow(/cannot be decrypted/);
    }
    for (const text of ['', 'AAAA', bytes.subarray(0, 20).toString('base64')]) {
      expect(() => box.open(text, 'wh_1')).toThrow(/cannot be decrypted/);
    }
  });

  test('never looks the same twice', () => {
    expect(new Set(Array.from({ length: 50 }, () => box.seal('hidden', 'wh_1'))).size).toBe(50);
  });

  test('needs a key of 32 bytes', () => {
    for (const length of [0, 16, 31, 33]) {
      expect(() => createSecretBox(Buffer.alloc(length))).toThrow(
        expect.objectContaining({ code: 'invalid_setting' }),
      );
    }
  });
});

describe('Scopes', () => {
  test('are off and empty until somebody configures them', async () => {
    expect(await hooks().getScope('jdoe', SCOPE)).toEqual({ scope: SCOPE, enabled: false, webhooks: [] });
  });

  test('are listed in order, one for all spellings of a name, by account and kind', async () => {
    await bench.webhook({ account: 'b', scope: { kind: 'environment', name: 'prod' } });
    await bench.webhook({ account: 'b', scope: { kind: 'application', name: 'Web' } });
    await bench.webhook({ account: 'B', scope: { kind: 'application', name: 'WEB' } });
    await hooks().setScopeEnabled('a', { kind: 'application', name: 'api' }, false);
    const list = await hooks().listScopes({});
    const shown = list.map(({ account, scope, enabled, webhooks }) =>
      [account, scope.kind, scope.name, enabled, webhooks].join(' ').toLowerCase(),
    );
    expect(shown).toEqual([
      'a application api false 0',
      'b application web true 2',
      'b environment prod true 1',
    ]);
    expect(await hooks().listScopes({ account: 'B' })).toHaveLength(2);
    expect(await hooks().listScopes({ account: 'b', kind: 'environment' })).toHaveLength(1);
    expect(await hooks().listScopes({ kind: 'application' })).toHaveLength(2);
  });
});
