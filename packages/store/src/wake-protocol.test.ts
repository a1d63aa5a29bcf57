import { describe, expect, test } from '@jest/globals';
import { useStore } from '../fixtures/store-bench.ts';

const bench = useStore();

async function wakesOf(count = 1): Promise<string[]> {
  const { wakes } = await bench.store.dispatch(Array.from({ length: count }, () => bench.event()));
  return wakes.map(({ webhookId, pool }) => `${webhookId} ${pool}`);
}

describe('Dispatch wakes', () => {
  test('a sleeping lane, once', async () => {
    const webhook = await bench.webhook();
    expect(await wakesOf(5)).toEqual([`${webhook.id} lanes`]);
    expect(await wakesOf()).toEqual([]);
  });

  test('no lane that a run has, and the run finds the new delivery itself', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    const first = await bench.takeWork(webhook);
    expect(await wakesOf()).toEqual([]);
    await bench.settle(webhook, [bench.tried(first.due[0]!)]);
    expect((await bench.takeWork(webhook)).due).toHaveLength(1);
  });

  test('a lane again after its run let it sleep', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    await bench.finish(webhook);
    expect(await wakesOf()).toEqual([`${webhook.id} lanes`]);
  });

  test('a lane that waits for a retry at once, because the new delivery is due now', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    await bench.finish(webhook, { disposition: { kind: 'retry', at: bench.clock.now() + 60_000 } });
    expect(await wakesOf()).toEqual([`${webhook.id} lanes`]);
  });

  test('a slow lane in its own pool', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    const { due, breaker } = await bench.takeWork(webhook);
    await bench.settle(webhook, [bench.tried(due[0]!)], { breaker: { ...breaker, slow: true } });
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle' });
    expect(await wakesOf()).toEqual([`${webhook.id} slow-lanes`]);
  });
});

describe('An open lane', () => {
  async function openLane(retryInMs: number): Promise<Awaited<ReturnType<typeof bench.webhook>>> {
    const webhook = await bench.webhook();
    await wakesOf();
    const { due } = await bench.takeWork(webhook);
    const disposition = { kind: 'retry', at: bench.clock.now() + retryInMs } as const;
    await bench.settle(webhook, [bench.tried(due[0]!, { disposition })], {
      breaker: bench.openBreaker(5000),
    });
    return webhook;
  }

  test('is not woken before its probe, however much arrives', async () => {
    const webhook = await openLane(1000);
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle', nextDueAt: bench.clock.now() + 5000 });
    bench.clock.advance(4999);
    expect(await wakesOf(3)).toEqual([]);
    bench.clock.advance(2);
    expect(await wakesOf()).toHaveLength(1);
  });

  test('probes with what came meanwhile, though its own retry is a day away', async () => {
    const webhook = await openLane(86_400_000);
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle' });
    expect(await wakesOf()).toEqual([]);
    bench.clock.advance(7000);
    expect(await bench.store.lanes.sweep()).toMatchObject([{ webhookId: webhook.id }]);
    expect((await bench.takeWork(webhook, 'run-2')).due).toHaveLength(1);
  });

  test('that was empty probes with what came meanwhile', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    const { due } = await bench.takeWork(webhook);
    const dead = bench.tried(due[0]!, { disposition: { kind: 'dead', reason: 'exhausted' } });
    await bench.settle(webhook, [dead], { breaker: bench.openBreaker(5000) });
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle', nextDueAt: null });
    expect(await wakesOf()).toEqual([]);
    bench.clock.advance(7000);
    expect(await bench.store.lanes.sweep()).toMatchObject([{ webhookId: webhook.id }]);
  });

  test('lets one probe out at a time', async () => {
    const webhook = await openLane(1000);
    await bench.take(webhook);
    await wakesOf(3);
    bench.clock.advance(5001);
    expect((await bench.takeWork(webhook, 'run-2')).due).toHaveLength(1);
    expect(await bench.take(webhook, 'run-2')).toEqual({ kind: 'nothing_due' });
  });
});

describe('A wake for later', () => {
  test('is asked for once, and again only when something comes earlier or the time has passed', async () => {
    const webhook = await bench.webhook();
    const later = (ms: number) => ({ kind: 'retry', at: bench.clock.now() + ms }) as const;
    await wakesOf();
    const { due } = await bench.takeWork(webhook);
    await bench.settle(webhook, [bench.tried(due[0]!, { disposition: later(60_000) })]);
    const at = bench.clock.now() + 60_000;
    expect(await bench.take(webhook)).toEqual({ kind: 'idle', nextDueAt: at, wake: true, pool: 'lanes' });
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle', wake: false });

    await wakesOf();
    const sooner = await bench.takeWork(webhook);
    await bench.settle(webhook, [bench.tried(sooner.due[0]!, { disposition: later(1000) })]);
    expect(await bench.take(webhook)).toMatchObject({ wake: true, nextDueAt: bench.clock.now() + 1000 });

    bench.clock.advance(61_000);
    await bench.finish(webhook, { disposition: later(5000) });
    const idle = await bench.take(webhook);
    expect(idle).toMatchObject({ kind: 'idle', nextDueAt: bench.clock.now() + 5000 });
  });

  test('that comes a moment early, as clocks have it, is asked for again', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    await bench.finish(webhook, { disposition: { kind: 'retry', at: bench.clock.now() + 60_000 } });
    const at = bench.clock.now() + 60_000;
    bench.clock.advance(59_998);
    expect(await bench.take(webhook, 'run-2')).toEqual({
      kind: 'idle',
      nextDueAt: at,
      wake: true,
      pool: 'lanes',
    });
  });

  test('is named by the clock of the caller, and never too early by the time the call took', async () => {
    const store = bench.open();
    const webhook = await bench.webhook();
    await store.dispatch([bench.event({ acceptedAt: Date.now() })]);
    const ask = { webhookId: webhook.id, run: 'r', limit: 1 };
    const work = await store.lanes.take({ ...ask, now: Date.now() });
    if (work.kind !== 'work') throw new Error(work.kind);
    const disposition = { kind: 'retry', at: Date.now() + 10_000 } as const;
    const settlements = work.due.map((due) => bench.tried(due, { disposition }));
    await store.lanes.settle({
      webhookId: webhook.id,
      run: 'r',
      settlements,
      breaker: null,
      now: Date.now(),
    });
    await bench.redis.pause();
    setTimeout(() => void bench.redis.resume(), 300);
    const idle = await store.lanes.take({ ...ask, now: Date.now() });
    if (idle.kind !== 'idle') throw new Error(idle.kind);
    expect(idle.nextDueAt).toBeGreaterThanOrEqual(disposition.at - 5);
    expect(idle.nextDueAt).toBeLessThan(disposition.at + 1000);
  });
});

describe('The sweep', () => {
  const soon = async (webhookId: string): Promise<number> => {
    const start = bench.clock.now();
    for (;;) {
      // The sweep runs every 5 s.
      bench.clock.advance(5000);
      const late = await bench.store.lanes.sweep();
      if (late.some((wake) => wake.webhookId === webhookId)) return bench.clock.now() - start;
      if (bench.clock.now() - start > 60_000) throw new Error('never found');
    }
  };

  test('finds a lane whose wake got lost, within 15 s', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    expect(await soon(webhook.id)).toBeLessThanOrEqual(15_000);
  });

  test('finds a lane whose wake for later got lost, within 15 s', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    await bench.finish(webhook, { disposition: { kind: 'retry', at: bench.clock.now() + 60_000 } });
    bench.clock.advance(60_000);
    expect(await soon(webhook.id)).toBeLessThanOrEqual(15_000);
  });

  test('finds a lane whose run died, within 15 s', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    await bench.takeWork(webhook);
    expect(await soon(webhook.id)).toBeLessThanOrEqual(15_000);
    expect((await bench.takeWork(webhook, 'run-2')).interrupted).toHaveLength(1);
  });

  test('leaves a lane alone while its run lives', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    await bench.takeWork(webhook);
    for (let i = 0; i < 20; i++) {
      bench.clock.advance(2000);
      await bench.store.lanes.renew([{ webhookId: webhook.id, run: 'run-1' }]);
      expect(await bench.store.lanes.sweep()).toEqual([]);
    }
    expect(await bench.take(webhook, 'run-2')).toEqual({ kind: 'busy' });
  });

  test('does not wake a lane again while its wake is on the way', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    await soon(webhook.id);
    expect(await bench.store.lanes.sweep()).toEqual([]);
    bench.clock.advance(5000);
    expect(await bench.store.lanes.sweep()).toEqual([]);
  });

  test('finds nothing in lanes that are empty, paused or not yet due', async () => {
    const empty = await bench.webhook();
    await wakesOf();
    await bench.finish(empty);
    const paused = await bench.webhook({ event: 'build.started' });
    await bench.emit(1, { type: 'build.started' });
    await bench.store.webhooks.updateWebhook(paused.id, { enabled: false });
    expect(await bench.take(paused)).toEqual({ kind: 'paused' });
    bench.clock.advance(600_000);
    expect(await bench.store.lanes.sweep()).toEqual([]);
  });

  test('finds hundreds of late lanes at once, and each of them once', async () => {
    const hooks = await Promise.all(
      Array.from({ length: 600 }, (_, i) =>
        bench.webhook({ scope: { kind: 'application', name: `app${i}` } }),
      ),
    );
    await bench.store.dispatch(hooks.map(({ scope }) => bench.event({ scope })));
    bench.clock.advance(10_000);
    const first = await bench.store.lanes.sweep();
    const second = await bench.store.lanes.sweep();
    expect([first.length, second.length]).toEqual([600, 0]);
  });
});

describe('Wakes that pile up while all slots are busy', () => {
  const take = (webhookId: string, run: string, mark: string | undefined) =>
    bench.store.lanes.take({ webhookId, run, limit: 1, now: bench.clock.now(), mark });

  test('are served by the first of them; the others end at once, also after the lane was given back', async () => {
    const webhook = await bench.webhook();
    const { wakes } = await bench.store.dispatch([bench.event(), bench.event(), bench.event()]);
    const [first] = wakes;
    const marks = [first?.mark];
    for (let i = 0; i < 3; i++) {
      bench.clock.advance(10_000);
      marks.push((await bench.store.lanes.sweep())[0]?.mark);
    }
    expect(new Set(marks).size).toBe(4);
    expect((await take(webhook.id, 'run-1', marks[0])).kind).toBe('work');
    const given = await bench.store.lanes.release(webhook.id, 'run-1');
    for (const mark of marks) expect(await take(webhook.id, 'late', mark)).toEqual({ kind: 'busy' });
    expect((await take(webhook.id, 'run-2', given?.mark)).kind).toBe('work');
  });
});

describe('A run that has nothing else in flight', () => {
  async function lastOf(count: number) {
    const webhook = await bench.webhook();
    await wakesOf(count);
    const { due } = await bench.takeWork(webhook, 'run-1', 1);
    return { webhook, result: bench.tried(due[0]!) };
  }

  test('is over with its last result when nothing is left, and the next event wakes the lane', async () => {
    const { webhook, result } = await lastOf(1);
    expect(await bench.settle(webhook, [result], { mayEnd: true })).toMatchObject({ asleep: true });
    // The reply was lost, and the call is made again.
    expect(await bench.settle(webhook, [result], { mayEnd: true })).toMatchObject({ asleep: false });
    expect(await bench.raw.zcard('{h0}:lanes')).toBe(0);
    expect(await wakesOf()).toEqual([`${webhook.id} lanes`]);
    expect((await bench.takeWork(webhook, 'run-2')).due).toHaveLength(1);
  });

  test('goes on when something is left: owed, or to be tried again', async () => {
    const { webhook, result } = await lastOf(2);
    expect(await bench.settle(webhook, [result], { mayEnd: true })).toMatchObject({ asleep: false });
    const { due } = await bench.takeWork(webhook);
    const disposition = { kind: 'retry', at: bench.clock.now() + 60_000 } as const;
    const retry = bench.tried(due[0]!, { disposition });
    expect(await bench.settle(webhook, [retry], { mayEnd: true })).toMatchObject({ asleep: false });
    expect(await bench.take(webhook)).toMatchObject({ kind: 'idle', wake: true });
  });

  test('lets no lane sleep that another run has', async () => {
    const { webhook, result } = await lastOf(1);
    bench.clock.advance(10_000);
    await bench.takeWork(webhook, 'run-2');
    expect(await bench.settle(webhook, [result], { mayEnd: true })).toMatchObject({ asleep: false });
    expect(await bench.take(webhook, 'run-3')).toEqual({ kind: 'busy' });
  });
});

describe('A lane that is given back', () => {
  test('is awake, so nobody wakes it twice, and free for the next run', async () => {
    const webhook = await bench.webhook();
    await wakesOf(2);
    const { due } = await bench.takeWork(webhook, 'run-1', 1);
    await bench.settle(webhook, [bench.tried(due[0]!)]);
    expect(await bench.store.lanes.release(webhook.id, 'run-1')).toMatchObject({ pool: 'lanes', at: 0 });
    expect(await wakesOf()).toEqual([]);
    expect((await bench.takeWork(webhook, 'run-2')).due).toHaveLength(2);
  });

  test('and is empty sleeps, until something comes', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    const { due } = await bench.takeWork(webhook);
    await bench.settle(webhook, [bench.tried(due[0]!)]);
    expect(await bench.store.lanes.release(webhook.id, 'run-1')).toBeNull();
    bench.clock.advance(60_000);
    expect(await bench.store.lanes.sweep()).toEqual([]);
    expect(await wakesOf()).toEqual([`${webhook.id} lanes`]);
    expect((await bench.takeWork(webhook, 'run-2')).due).toHaveLength(1);
  });

  test('and is empty is looked at once more when its webhook was deleted meanwhile, and leaves nothing behind', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    const { due } = await bench.takeWork(webhook);
    await bench.store.webhooks.deleteWebhook(webhook.id);
    await bench.settle(webhook, [bench.tried(due[0]!)]);
    expect(await bench.store.lanes.release(webhook.id, 'run-1')).toMatchObject({ at: 0 });
    expect(await bench.take(webhook, 'run-2')).toMatchObject({ kind: 'deleted', due: [] });
    expect(await bench.raw.exists(`{h0}:state:${webhook.id}`)).toBe(0);
  });

  test('is not given back by a run that lost it', async () => {
    const webhook = await bench.webhook();
    await wakesOf();
    await bench.takeWork(webhook);
    bench.clock.advance(10_000);
    await bench.takeWork(webhook, 'run-2');
    expect(await bench.store.lanes.release(webhook.id, 'run-1')).toBeNull();
    await bench.store.lanes.renew([{ webhookId: webhook.id, run: 'run-1' }]);
    expect(await bench.take(webhook, 'run-3')).toEqual({ kind: 'busy' });
  });
});

test('A run gets nothing that it is trying already, though Redis stood still until the lease was over', async () => {
  const webhook = await bench.webhook();
  await bench.emit(2);
  const first = await bench.takeWork(webhook, 'run-1', 1);
  bench.clock.advance(60_000);
  // Sent before the stall, and served before the result that was sent during it.
  const second = await bench.takeWork(webhook, 'run-1', 5);
  expect(second.due.map(({ eventId }) => eventId)).not.toContain(first.due[0]!.eventId);
  await bench.settle(webhook, [bench.tried(first.due[0]!), bench.tried(second.due[0]!)]);
  expect(await bench.take(webhook)).toMatchObject({ kind: 'idle', nextDueAt: null });
});
