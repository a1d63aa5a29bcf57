/** Redis's clock goes back under lanes, leases and wakes: nothing waits longer for it than until the next sweeps. */
import { describe, expect, test } from '@jest/globals';
import type { Webhook } from '@hooklane/core';
import { useStore } from '../fixtures/store-bench.ts';

const bench = useStore();
const HOUR_MS = 3_600_000;

/** What a worker does every 5 s. Resolves to the lanes that were woken. */
async function round(): Promise<string[]> {
  await bench.store.lanes.followClock();
  return (await bench.store.lanes.sweep()).map(({ webhookId }) => webhookId);
}

/** The clock goes back by an hour, 3 s after the last round. */
async function stepBack(): Promise<void> {
  bench.clock.advance(3000 - HOUR_MS);
}

/** Rounds until this lane is woken: how long that takes, ms. */
async function untilWoken(webhook: Webhook): Promise<number> {
  for (let ms = 0; ms <= 60_000; ms += 5000) {
    if ((await round()).includes(webhook.id)) return ms;
    bench.clock.advance(5000);
  }
  throw new Error('The lane was not woken within a minute.');
}

const later = (ms: number) =>
  ({ disposition: { kind: 'retry', at: bench.clock.now() + ms } as const }) as const;

describe('When the clock has gone back by an hour', () => {
  test('a retry comes at its time', async () => {
    const webhook = await bench.webhook();
    await bench.emit();
    await round();
    await bench.finish(webhook, later(20_000));
    await stepBack();
    expect(await round()).toEqual([]);
    expect(await bench.take(webhook, 'run-2')).toMatchObject({ kind: 'idle', wake: true });
    bench.clock.advance(21_000);
    expect((await bench.takeWork(webhook, 'run-2')).due).toHaveLength(1);
  });

  test('a retry in a lane that nobody looks at is found at its time', async () => {
    const webhook = await bench.webhook();
    await bench.emit();
    await round();
    await bench.finish(webhook, later(20_000));
    await stepBack();
    expect(await untilWoken(webhook)).toBeLessThanOrEqual(30_000);
  });

  test('what waits in the lane is due at once, in its order', async () => {
    const webhook = await bench.webhook();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      ids.push(...(await bench.emit()).map(({ id }) => id));
      bench.clock.advance(10_000);
    }
    await round();
    await stepBack();
    await round();
    expect((await bench.takeWork(webhook)).due.map(({ eventId }) => eventId)).toEqual(ids);
  });

  test('a lane whose run died before is woken soon, and the run that comes then has it', async () => {
    const webhook = await bench.webhook();
    const { wakes } = await bench.store.dispatch([bench.event()]);
    const mark = wakes[0]?.mark;
    await round();
    const lanes = bench.store.lanes;
    const taken = { webhookId: webhook.id, run: 'dead', limit: 32, now: bench.clock.now(), mark };
    expect((await lanes.take(taken)).kind).toBe('work');
    await stepBack();
    expect(await untilWoken(webhook)).toBeLessThanOrEqual(15_000);
    const [wake] = (await bench.store.dispatch([bench.event()])).wakes;
    const again = { ...taken, run: 'run-2', now: bench.clock.now(), mark: wake?.mark };
    const take = await lanes.take(again);
    expect(take).toMatchObject({ kind: 'work', interrupted: [{}] });
  });

  test('a run that lives keeps its lane, and nothing of it is made again', async () => {
    const webhook = await bench.webhook();
    await bench.emit();
    const { due } = await bench.takeWork(webhook);
    await round();
    await stepBack();
    for (let i = 0; i < 10; i++) {
      await round();
      expect(await bench.take(webhook, 'run-2')).toEqual({ kind: 'busy' });
      await bench.store.lanes.renew([{ webhookId: webhook.id, run: 'run-1' }]);
      bench.clock.advance(2000);
    }
    expect(await bench.settle(webhook, [bench.tried(due[0]!)])).toMatchObject({ owner: true });
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle', nextDueAt: null });
  });

  test('a lane that was woken and not run is woken again, and new events wake it', async () => {
    const webhook = await bench.webhook();
    await bench.emit();
    await round();
    await stepBack();
    expect(await untilWoken(webhook)).toBeLessThanOrEqual(15_000);
    bench.clock.advance(10_000);
    expect((await bench.store.dispatch([bench.event()])).wakes).toHaveLength(1);
  });

  test('an open lane probes at its time', async () => {
    const webhook = await bench.webhook();
    await bench.emit();
    const { due } = await bench.takeWork(webhook);
    await round();
    await bench.settle(webhook, [bench.tried(due[0]!, later(1000))], { breaker: bench.openBreaker(30_000) });
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle' });
    await stepBack();
    expect(await untilWoken(webhook)).toBeLessThanOrEqual(45_000);
    expect((await bench.takeWork(webhook, 'run-2')).due).toHaveLength(1);
  });

  test('a lane with more than one call can hold is done whole, and once', async () => {
    const webhook = await bench.webhook();
    await bench.emit();
    await round();
    await bench.finish(webhook, later(60_000));
    const at = bench.clock.now();
    const more = Array.from({ length: 2500 }, (_, i) => [at + 60_000 + Math.floor(i / 900), `evt-${i}`]);
    await bench.raw.zadd(`{h0}:lane:${webhook.id}`, ...more.flat());
    await stepBack();
    expect(await bench.store.lanes.followClock()).toBe(HOUR_MS - 3000);
    expect(await bench.store.lanes.followClock()).toBe(0);
    const scores = (await bench.raw.zrange(`{h0}:lane:${webhook.id}`, '0', '-1', 'WITHSCORES')).filter(
      (_, i) => i % 2 === 1,
    );
    expect(scores).toHaveLength(2501);
    const step = HOUR_MS - 3000;
    expect(Number(scores[0])).toBe(at + 60_000 - step);
    expect(Number(scores.at(-1))).toBe(at + 60_002 - step);
    expect(await bench.raw.exists('{h0}:stepped')).toBe(0);
  });
});

test('A clock that goes on, or differs by a second as that of a replica may, changes nothing', async () => {
  const webhook = await bench.webhook();
  await bench.emit();
  await round();
  await bench.finish(webhook, later(60_000));
  const before = await bench.raw.zscore(`{h0}:lane:${webhook.id}`, (await bench.emit())[0]!.id);
  bench.clock.advance(5000);
  expect(await bench.store.lanes.followClock()).toBe(0);
  await round();
  bench.clock.advance(-1000);
  expect(await bench.store.lanes.followClock()).toBe(0);
  expect(before).not.toBeNull();
});
