import { expect, test } from '@jest/globals';
import type { LaneWake } from '@hooklane/core';
import { eventually } from '@hooklane/testkit';
import { wakeHere } from './wake-here.ts';

const wake = (webhookId: string, more: Partial<LaneWake> = {}): LaneWake => ({
  webhookId,
  pool: 'lanes',
  at: 0,
  mark: '7',
  ...more,
});

function begin({ slots, fails = false }: { slots: number; fails?: boolean }) {
  const seen = { queued: [] as LaneWake[], run: [] as unknown[], errors: [] as Error[], free: slots };
  const here = wakeHere({
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
    run: async (hint) => {
      seen.run.push(hint);
      if (fails) throw new Error('no Redis');
    },
    onError: (error) => seen.errors.push(error),
  });
  return { here, seen };
}

test('A woken lane runs here while there are slots; the others go to the queue', async () => {
  const { here, seen } = begin({ slots: 2 });
  await here.wake([wake('a'), wake('b'), wake('c')]);
  expect(seen.run).toEqual([
    { webhookId: 'a', mark: '7' },
    { webhookId: 'b', mark: '7' },
  ]);
  expect(seen.queued).toEqual([wake('c')]);
  await eventually(() => expect(seen.free).toBe(2));
});

test('Slow lanes, and wakes for later, go to the queue', async () => {
  const { here, seen } = begin({ slots: 2 });
  const others = [wake('a', { pool: 'slow-lanes' }), wake('b', { at: 99 })];
  await here.wake(others);
  expect(seen.run).toEqual([]);
  expect(seen.queued).toEqual(others);
});

test('A run that fails gives its slot back and is told, fails no event, and comes again through the queue', async () => {
  const { here, seen } = begin({ slots: 1, fails: true });
  await here.wake([wake('a')]);
  await eventually(() => expect(seen.free).toBe(1));
  expect(seen.errors).toMatchObject([{ message: 'no Redis' }]);
  expect(seen.queued).toMatchObject([{ webhookId: 'a', pool: 'lanes' }]);
  expect(seen.queued[0]?.at).toBeGreaterThan(Date.now() - 1);
});
