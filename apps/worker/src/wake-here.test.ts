import { afterEach, expect, test } from '@jest/globals';
import type { LaneWake } from '@hooklane/core';
import { eventually } from '@hooklane/testkit';
import { WakeHere } from './wake-here.ts';

const wake = (webhookId: string, more: Partial<LaneWake> = {}): LaneWake => ({
  webhookId,
  pool: 'lanes',
  at: 0,
  mark: '7',
  ...more,
});

const opened: WakeHere[] = [];
afterEach(async () => {
  for (const here of opened.splice(0)) await here.close();
});

/** Lanes run until `end` is called, one at a time; with `fails` they end at once. */
function begin({ slots, fails = false }: { slots: number; fails?: boolean }) {
  const seen = { queued: [] as LaneWake[], run: [] as string[], errors: [] as Error[], free: slots };
  const ends: (() => void)[] = [];
  const here = new WakeHere({
    wakes: {
      wake: async (wakes) => {
        seen.queued.push(...wakes);
      },
    },
    enter: () => {
      if (seen.free === 0) return null;
      seen.free -= 1;
      return () => {
        seen.free += 1;
      };
    },
    run: async ({ webhookId, mark }) => {
      seen.run.push(`${webhookId} ${mark}`);
      if (fails) throw new Error('no Redis');
      await new Promise<void>((resolve) => ends.push(resolve));
    },
    onError: (error) => seen.errors.push(error),
  });
  opened.push(here);
  return { here, seen, end: () => ends.shift()?.() };
}

test('Woken lanes run here, as many as there are slots, the others when one is free', async () => {
  const { here, seen, end } = begin({ slots: 2 });
  await here.wake([wake('a'), wake('b'), wake('c')]);
  expect(seen.run).toEqual(['a 7', 'b 7']);
  end();
  await eventually(() => expect(seen.run).toEqual(['a 7', 'b 7', 'c 7']));
  expect(seen.queued).toEqual([]);
});

test('Slow lanes, and wakes for later, go to the queue', async () => {
  const { here, seen } = begin({ slots: 2 });
  const others = [wake('a', { pool: 'slow-lanes' }), wake('b', { at: 99 })];
  await here.wake(others);
  expect(seen.run).toEqual([]);
  expect(seen.queued).toEqual(others);
});

test('Lanes that no slot of this worker will be free for go to the queue at once', async () => {
  const { here, seen } = begin({ slots: 0 });
  await here.wake([wake('a'), wake('b')]);
  await eventually(() => expect(seen.queued).toEqual([wake('a'), wake('b')]));
});

test('Lanes that have waited for seconds go to the queue, where another worker finds them', async () => {
  const { here, seen } = begin({ slots: 1 });
  await here.wake([wake('a'), wake('b')]);
  expect(seen.queued).toEqual([]);
  await eventually(() => expect(seen.queued).toEqual([wake('b')]), { timeoutMs: 20_000 });
});

test('No more than thousands wait here; what is too much goes to the queue', async () => {
  const { here, seen } = begin({ slots: 1 });
  await here.wake(Array.from({ length: 5000 }, (_, i) => wake(`w${i}`)));
  expect(seen.queued).toHaveLength(5000 - 4096);
});

test('A stop passes on what waits, and everything from then on', async () => {
  const { here, seen } = begin({ slots: 1 });
  await here.wake([wake('a'), wake('b')]);
  await here.close();
  expect(seen.queued).toEqual([wake('b')]);
  await here.wake([wake('c')]);
  expect(seen.queued).toEqual([wake('b'), wake('c')]);
});

test('A run that fails gives its slot back and is told, and fails no event', async () => {
  const { here, seen } = begin({ slots: 1, fails: true });
  await here.wake([wake('a')]);
  await eventually(() => expect(seen.free).toBe(1));
  expect(seen.errors).toMatchObject([{ message: 'no Redis' }]);
  expect(seen.queued).toEqual([]);
});

test('What waits stays few while it is never empty, however many lanes come and go', async () => {
  const { here, seen, end } = begin({ slots: 1 });
  await here.wake([wake('first')]);
  for (let i = 0; i < 10_000; i += 1) {
    await here.wake([wake(`w${i}`)]);
    end();
    await new Promise((resolve) => setImmediate(resolve));
    expect(here.waiting).toBeLessThan(4);
  }
  expect(seen.run.length + seen.queued.length + here.waiting).toBe(10_001);
}, 30_000);

test('A lane that made room waits here again; when lanes have waited for seconds, one in sixteen of them goes to the queue', async () => {
  const { here, seen, end } = begin({ slots: 1 });
  await here.wake(Array.from({ length: 10 }, (_, i) => wake(`w${i}`)));
  const goRound = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      await here.comeBack(wake('c'));
      const before = seen.run.length;
      end();
      await eventually(() => expect(seen.run.length).toBeGreaterThan(before));
    }
  };
  await goRound(16);
  expect(seen.queued).toEqual([]);
  const start = performance.now();
  while (performance.now() - start < 4200) {
    await goRound(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const before = seen.queued.length;
  await goRound(32);
  expect(seen.queued.length - before).toBe(2);
});
