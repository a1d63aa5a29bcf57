import { describe, expect, test } from '@jest/globals';
import { type AcceptedEvent, HooklaneError } from '@hooklane/core';
import { MergedDispatch } from './merged-dispatch.ts';
import type { EventStore } from './ports.ts';

type Dispatched = Awaited<ReturnType<EventStore['dispatch']>>;

function eventOf(id: string, bytes = 2): AcceptedEvent {
  return {
    id,
    type: 'build.started',
    account: 'jdoe',
    scope: { kind: 'application', name: 'site' },
    body: 'x'.repeat(bytes),
    acceptedAt: 1,
    occurredAt: 1,
  };
}

const eventsOf = (count: number, name = 'e', bytes?: number): AcceptedEvent[] =>
  Array.from({ length: count }, (_, i) => eventOf(`${name}${i}`, bytes));

/** A store whose calls go on until they are answered or fail. */
function begin() {
  const calls: { ids: string[]; answer: (perEvent?: number) => void; fail: (error?: Error) => void }[] = [];
  const merged = new MergedDispatch({
    dispatch: (events) =>
      new Promise<Dispatched>((resolve, reject) => {
        const ids = events.map(({ id }) => id);
        calls.push({
          ids,
          answer: (perEvent = 1) =>
            resolve({
              results: ids.map((id) =>
                id === 'none' ? { none: 'scope_disabled' } : { deliveries: perEvent },
              ),
              wakes: [{ webhookId: `of ${ids[0]}`, pool: 'lanes', at: 0 }],
            }),
          fail: (error = new HooklaneError('redis_unavailable', { detail: 'no Redis' })) => reject(error),
        });
      }),
  });
  return { calls, merged };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets it know how many deliveries an event becomes. */
async function learn({ merged, calls }: ReturnType<typeof begin>, perEvent: number): Promise<void> {
  const done = merged.dispatch([eventOf('known')]);
  calls.pop()?.answer(perEvent);
  await done;
  await turn();
}

describe('Jobs that dispatch at the same moment', () => {
  test('share the next call, in the order in which they came, and each hears of its own events', async () => {
    const { calls, merged } = begin();
    const first = [merged.dispatch(eventsOf(2, 'a')), merged.dispatch(eventsOf(2, 'b'))];
    const later = [merged.dispatch([eventOf('c'), eventOf('none')]), merged.dispatch(eventsOf(1, 'd'))];
    expect(calls.map(({ ids }) => ids)).toEqual([
      ['a0', 'a1'],
      ['b0', 'b1'],
    ]);
    calls[0]?.answer();
    await turn();
    expect(calls[2]?.ids).toEqual(['c', 'none', 'd0']);
    calls[1]?.answer();
    calls[2]?.answer(3);
    const [a, b] = await Promise.all(first);
    expect(a).toEqual({
      results: [{ deliveries: 1 }, { deliveries: 1 }],
      wakes: [{ webhookId: 'of a0', pool: 'lanes', at: 0 }],
    });
    expect(b?.results).toHaveLength(2);
    const [c, d] = await Promise.all(later);
    expect(c).toEqual({
      results: [{ deliveries: 3 }, { none: 'scope_disabled' }],
      wakes: [{ webhookId: 'of c', pool: 'lanes', at: 0 }],
    });
    // The wakes of a call are told once.
    expect(d).toEqual({ results: [{ deliveries: 3 }], wakes: [] });
  });

  test('that share a call which fails all hear of it; those behind them go on', async () => {
    const { calls, merged } = begin();
    const before = [merged.dispatch(eventsOf(1)), merged.dispatch(eventsOf(1))];
    const failing = [merged.dispatch(eventsOf(128, 'a')), merged.dispatch(eventsOf(128, 'b'))];
    const behind = merged.dispatch(eventsOf(3, 'c'));
    calls[0]?.answer();
    await turn();
    expect(calls[2]?.ids).toHaveLength(256);
    calls[2]?.fail();
    for (const job of failing) await expect(job).rejects.toMatchObject({ code: 'redis_unavailable' });
    await turn();
    expect(calls[3]?.ids).toEqual(['c0', 'c1', 'c2']);
    calls[1]?.answer();
    calls[3]?.answer();
    await expect(behind).resolves.toMatchObject({ results: [{}, {}, {}] });
    await Promise.all(before);
  });

  test('A job of several calls whose first fails asks for no other: its events do not overtake each other', async () => {
    const all = begin();
    await learn(all, 100);
    const failing = all.merged.dispatch(eventsOf(32, 'a'));
    const behind = all.merged.dispatch(eventsOf(3, 'b'));
    expect(all.calls.map(({ ids }) => ids.length)).toEqual([10]);
    all.calls[0]?.fail();
    await expect(failing).rejects.toMatchObject({ code: 'redis_unavailable' });
    await turn();
    expect(all.calls[1]?.ids).toEqual(['b0', 'b1', 'b2']);
    all.calls[1]?.answer(100);
    await behind;
    expect(all.calls).toHaveLength(2);
  });

  test('that share a call which Redis refuses are each tried by themselves: only the one at fault fails', async () => {
    const { calls, merged } = begin();
    const before = [merged.dispatch(eventsOf(1)), merged.dispatch(eventsOf(1))];
    const jobs = ['a', 'b', 'c'].map((name) => merged.dispatch(eventsOf(2, name)));
    calls[0]?.answer();
    await turn();
    expect(calls[2]?.ids).toEqual(['a0', 'a1', 'b0', 'b1', 'c0', 'c1']);
    calls[1]?.answer();
    calls[2]?.fail(new Error('ERR of b'));
    await turn();
    expect(calls.slice(3).map(({ ids }) => ids)).toEqual([
      ['a0', 'a1'],
      ['b0', 'b1'],
    ]);
    calls[3]?.answer();
    const refused = jobs[1]?.catch((error: unknown) => error);
    calls[4]?.fail(new Error('ERR of b'));
    await turn();
    calls[5]?.answer();
    await expect(jobs[0]).resolves.toMatchObject({ results: [{}, {}] });
    expect(await refused).toMatchObject({ message: 'ERR of b' });
    await expect(jobs[2]).resolves.toMatchObject({ results: [{}, {}] });
    await Promise.all(before);
  });

  test('Lanes that a part of a job woke are woken by the next call when another part of it fails', async () => {
    const all = begin();
    await learn(all, 100);
    const failing = all.merged.dispatch(eventsOf(20, 'a'));
    all.calls[0]?.answer(100);
    await turn();
    all.calls[1]?.fail();
    await expect(failing).rejects.toMatchObject({ code: 'redis_unavailable' });
    const again = all.merged.dispatch(eventsOf(1, 'b'));
    all.calls[2]?.answer();
    const { wakes } = await again;
    expect(wakes.map(({ webhookId }) => webhookId)).toEqual(['of b0', 'of a0']);
  });

  test('with nothing to dispatch ask nobody', async () => {
    const { calls, merged } = begin();
    await expect(merged.dispatch([])).resolves.toEqual({ results: [], wakes: [] });
    expect(calls).toEqual([]);
  });
});

describe('A call', () => {
  test.each([
    [1, 256],
    [10, 96],
    [31, 32],
  ])(
    'is for a thousand deliveries: when an event becomes %d, jobs with %d events share one',
    async (perEvent, events) => {
      const all = begin();
      await learn(all, perEvent);
      const jobs = Array.from({ length: 20 }, (_, i) => all.merged.dispatch(eventsOf(32, `job ${i} `)));
      expect(all.calls.map(({ ids }) => ids.length)).toEqual([32, 32]);
      all.calls[0]?.answer(perEvent);
      await turn();
      expect(all.calls[2]?.ids).toHaveLength(events);
      for (let i = 1; i < all.calls.length; i += 1) {
        all.calls[i]?.answer(perEvent);
        await turn();
      }
      expect(await Promise.all(jobs)).toHaveLength(20);
    },
  );

  test('is for one job while nobody knows what its events become, and for that of each scope', async () => {
    const all = begin();
    await learn(all, 1);
    const blocking = [all.merged.dispatch([eventOf('a')]), all.merged.dispatch([eventOf('b')])];
    const elsewhere = { kind: 'application', name: 'elsewhere' } as const;
    const unknown = eventsOf(32).map((event) => ({ ...event, scope: elsewhere }));
    const jobs = [all.merged.dispatch(unknown), all.merged.dispatch(unknown), all.merged.dispatch(unknown)];
    all.calls[0]?.answer();
    await turn();
    expect(all.calls[2]?.ids).toHaveLength(32);
    all.calls[2]?.answer(2);
    await turn();
    expect(all.calls[3]?.ids).toHaveLength(64);
    all.calls[1]?.answer();
    all.calls[3]?.answer(2);
    await Promise.all([...blocking, ...jobs]);
  });

  test('is never for more than that; a larger job is several calls, in order, and one answer', async () => {
    const all = begin();
    await learn(all, 100);
    const ids = eventsOf(32).map(({ id }) => id);
    const done = all.merged.dispatch(eventsOf(32));
    const seen: string[] = [];
    for (let i = 0; i < 4; i += 1) {
      const call = all.calls.shift();
      seen.push(...(call?.ids ?? []));
      call?.answer(100);
      await turn();
    }
    const { results, wakes } = await done;
    expect(seen).toEqual(ids);
    expect(results).toHaveLength(32);
    expect(wakes).toHaveLength(4);
  });

  test('has half a MiB of bodies at most, and at least one event', async () => {
    const { calls, merged } = begin();
    const blocking = [merged.dispatch(eventsOf(1)), merged.dispatch(eventsOf(1))];
    const large = merged.dispatch([...eventsOf(5, 'a', 200 * 1024), eventOf('b', 600 * 1024), eventOf('c')]);
    for (let i = 0; i < 7; i += 1) {
      calls[i]?.answer();
      await turn();
    }
    await Promise.all([large, ...blocking]);
    expect(calls.slice(2).map(({ ids }) => ids)).toEqual([['a0', 'a1'], ['a2', 'a3'], ['a4'], ['b'], ['c']]);
  });
});
