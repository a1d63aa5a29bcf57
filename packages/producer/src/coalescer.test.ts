import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { AcceptedEvent } from '@hooklane/core';
import type { SizedEvent } from './accept-event.ts';
import { Coalescer } from './coalescer.ts';
import type { CoalescerOptions } from './coalescer.ts';

const scope = { kind: 'application', name: 'shop' } as const;

function sized(id: string, bytes = 100): SizedEvent {
  return {
    bytes,
    event: { id, type: 'build.started', account: 'a', scope, acceptedAt: 1, occurredAt: 1, body: '' },
  };
}

interface Write {
  ids: string[];
  finish: () => void;
  fail: (error: Error) => void;
}

/** A coalescer whose writes end when the test says so. */
function harness(options: Partial<CoalescerOptions<void>> = {}): {
  coalescer: Coalescer<void>;
  writes: Write[];
} {
  const writes: Write[] = [];
  const write = (batch: AcceptedEvent[]): Promise<void> =>
    new Promise((finish, fail) => {
      writes.push({ ids: batch.map((event) => event.id), finish, fail });
    });
  const coalescer = new Coalescer({
    write,
    maxBatch: { events: 3, bytes: 1000 },
    maxWaiting: { events: 10, bytes: 5000 },
    maxInFlight: () => 2,
    timeoutMs: 5000,
    failure: (event, cause) =>
      new Error(`${event.id}: ${cause instanceof Error ? cause.message : 'timeout'}`),
    overload: () => new Error('overload'),
    ...options,
  });
  return { coalescer, writes };
}

const turn = (): Promise<void> => sleep(5);

describe('gathering', () => {
  test('an event in a quiet moment goes out at once and alone', async () => {
    const { coalescer, writes } = harness();
    const done = coalescer.add(sized('a'));
    await turn();
    expect(writes.map((write) => write.ids)).toEqual([['a']]);
    writes[0]?.finish();
    await done;
  });

  test('events of one moment share a write; while writes are on their way, others gather', async () => {
    const { coalescer, writes } = harness({ maxInFlight: () => 1 });
    const done = ['a', 'b', 'c', 'd', 'e'].map((id) => coalescer.add(sized(id)));
    await turn();
    expect(writes.map((write) => write.ids)).toEqual([['a', 'b', 'c']]);
    done.push(coalescer.add(sized('f')));
    await turn();
    expect(writes).toHaveLength(1);
    writes[0]?.finish();
    await turn();
    expect(writes[1]?.ids).toEqual(['d', 'e', 'f']);
    writes[1]?.finish();
    await Promise.all(done);
  });

  test('a full batch does not wait for the write before it, but only so many are on their way', async () => {
    const { coalescer, writes } = harness({ maxInFlight: () => 2 });
    const done = [coalescer.add(sized('a'))];
    await turn();
    done.push(coalescer.add(sized('b')), coalescer.add(sized('c')));
    await turn();
    expect(writes.map((write) => write.ids)).toEqual([['a']]);
    done.push(coalescer.add(sized('d')), ...['e', 'f', 'g'].map((id) => coalescer.add(sized(id))));
    await turn();
    expect(writes.map((write) => write.ids)).toEqual([['a'], ['b', 'c', 'd']]);
    writes[1]?.finish();
    await turn();
    expect(writes[2]?.ids).toEqual(['e', 'f', 'g']);
    writes[0]?.finish();
    writes[2]?.finish();
    await Promise.all(done);
  });

  test('a batch is full by its bytes as well', async () => {
    const { coalescer, writes } = harness({ maxInFlight: () => 2 });
    const done = [coalescer.add(sized('a'))];
    await turn();
    done.push(coalescer.add(sized('b', 600)), coalescer.add(sized('c', 600)));
    await turn();
    expect(writes.map((write) => write.ids)).toEqual([['a'], ['b']]);
    writes[1]?.finish();
    writes[0]?.finish();
    await turn();
    writes[2]?.finish();
    await Promise.all(done);
  });

  test('no batch is larger than its bounds, nothing is lost or doubled, order is kept', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(sizes, async (all) => {
        const batches: AcceptedEvent[][] = [];
        const { coalescer } = harness({
          write: async (batch) => void batches.push(batch),
          maxWaiting: { events: 100, bytes: 1e9 },
          maxInFlight: () => 1,
        });
        await Promise.all(all.map((bytes, i) => coalescer.add(sized(`${i}`, bytes))));
        expect(batches.flat().map((event) => event.id)).toEqual(all.map((_, i) => `${i}`));
        for (const batch of batches) {
          const bytes = batch.reduce((sum, event) => sum + (all[Number(event.id)] ?? 0), 0);
          expect(batch.length).toBeLessThanOrEqual(3);
          expect(batch.length === 1 || bytes <= 1000).toBe(true);
        }
        await coalescer.drain();
      }),
      { numRuns: 50 },
    );
  });

  test('a failed write fails its events, each by its name, and no others', async () => {
    const { coalescer, writes } = harness({ maxInFlight: () => 1 });
    const done = ['a', 'b', 'c', 'd'].map((id) => coalescer.add(sized(id)));
    const answers = Promise.allSettled(done);
    await turn();
    writes[0]?.fail(new Error('no'));
    await turn();
    writes[1]?.finish();
    expect(
      (await answers).map((answer) => (answer.status === 'rejected' ? String(answer.reason) : 'ok')),
    ).toEqual(['Error: a: no', 'Error: b: no', 'Error: c: no', 'ok']);
  });
});

describe('bounds', () => {
  test('more than may wait is refused at once, by number and by size, and there is room again later', async () => {
    const { coalescer, writes } = harness({ maxInFlight: () => 1, maxWaiting: { events: 2, bytes: 1000 } });
    const first = coalescer.add(sized('a', 900));
    await expect(coalescer.add(sized('b', 101))).rejects.toThrow('overload');
    const second = coalescer.add(sized('c', 100));
    await expect(coalescer.add(sized('d', 0))).rejects.toThrow('overload');
    await turn();
    writes[0]?.finish();
    await Promise.all([first, second]);
    const third = coalescer.add(sized('e', 1000));
    await turn();
    writes[1]?.finish();
    await third;
  });

  test('no event waits longer than the timeout, written or not; a late answer changes nothing', async () => {
    const { coalescer, writes } = harness({
      maxInFlight: () => 1,
      timeoutMs: 100,
      maxBatch: { events: 1, bytes: 1000 },
    });
    const start = performance.now();
    const done = ['a', 'b'].map((id) => coalescer.add(sized(id)));
    const answers = await Promise.allSettled(done);
    expect(performance.now() - start).toBeLessThan(8000);
    expect(answers).toMatchObject([
      { reason: { message: 'a: timeout' } },
      { reason: { message: 'b: timeout' } },
    ]);
    const next = coalescer.add(sized('c'));
    writes[0]?.finish();
    await turn();
    // What timed out before its write is not written.
    expect(writes.map((write) => write.ids)).toEqual([['a'], ['c']]);
    writes[1]?.finish();
    await next;
  });

  test('drain waits for all, and not longer than the timeout', async () => {
    const { coalescer, writes } = harness({ timeoutMs: 150 });
    await coalescer.drain();
    const answers = Promise.allSettled([coalescer.add(sized('a')), coalescer.add(sized('b'))]);
    let drained = false;
    const draining = coalescer.drain().then(() => {
      drained = true;
    });
    await turn();
    expect(drained).toBe(false);
    writes[0]?.finish();
    await draining;
    await expect(answers).resolves.toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);

    const stuck = Promise.allSettled([coalescer.add(sized('c'))]);
    const start = performance.now();
    await coalescer.drain();
    expect(performance.now() - start).toBeLessThan(8000);
    await stuck;
  });
});
