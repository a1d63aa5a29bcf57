import { describe, expect, test } from '@jest/globals';
import { DispatchPace } from './dispatch-pace.ts';

/** A call that goes on until it is ended with the number of deliveries, or with an error. */
function calls(pace: DispatchPace) {
  const begun: number[] = [];
  const ends: ((outcome: number | Error) => void)[] = [];
  const run = (events: number): Promise<void> =>
    pace.run(events, () => {
      begun.push(events);
      return new Promise((resolve, reject) => {
        ends.push((outcome) => (typeof outcome === 'number' ? resolve(outcome) : reject(outcome)));
      });
    });
  return { begun, ends, run };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function learn(pace: DispatchPace, perEvent: number): Promise<void> {
  for (let i = 0; i < 40; i += 1) await pace.run(10, () => Promise.resolve(10 * perEvent));
}

describe('Calls of dispatch', () => {
  test.each([
    [0, 250],
    [1, 250],
    [10, 25],
    [100, 8],
  ])('are about 250 deliveries, when an event becomes %d: %d events', async (perEvent, events) => {
    const pace = new DispatchPace();
    await learn(pace, perEvent);
    expect(pace.eventsPerCall).toBe(events);
  });

  test('are on their way for a thousand deliveries at a time; the next goes when one has ended', async () => {
    const pace = new DispatchPace();
    await learn(pace, 10);
    const { begun, ends, run } = calls(pace);
    const all = Array.from({ length: 7 }, () => run(25));
    await turn();
    expect(begun).toHaveLength(4);
    ends[0]?.(250);
    await turn();
    expect(begun).toHaveLength(5);
    for (let i = 1; i < 7; i += 1) {
      ends[i]?.(250);
      await turn();
    }
    await Promise.all(all);
    expect(begun).toHaveLength(7);
  });

  test('that are larger than all the room go alone', async () => {
    const pace = new DispatchPace();
    const { begun, ends, run } = calls(pace);
    const all = [run(5000), run(5000)];
    await turn();
    expect(begun).toEqual([5000]);
    ends[0]?.(5000);
    await turn();
    ends[1]?.(5000);
    await Promise.all(all);
    expect(begun).toEqual([5000, 5000]);
  });

  test('that fail leave their room to the next, and say why', async () => {
    const pace = new DispatchPace();
    const { begun, ends, run } = calls(pace);
    const failing = run(1000);
    const next = run(1000);
    await turn();
    ends[0]?.(new Error('no Redis'));
    await expect(failing).rejects.toThrow('no Redis');
    await turn();
    expect(begun).toHaveLength(2);
    ends[1]?.(1000);
    await next;
  });
});
