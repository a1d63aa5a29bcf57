import { afterEach, describe, expect, test } from '@jest/globals';
import { TryGate } from './try-gate.ts';

const opened: TryGate[] = [];
afterEach(() => {
  for (const gate of opened.splice(0)) gate.close();
});

/** Tries that go on until `end` is called, the oldest first. */
function begin() {
  const gate = new TryGate();
  opened.push(gate);
  const order: number[] = [];
  const ends: (() => void)[] = [];
  let asked = 0;
  const enter = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      const number = asked++;
      gate.enter((leave) => {
        order.push(number);
        ends.push(leave);
      });
    }
  };
  const look = (utilization: number, times = 1, now = performance.now()): void => {
    for (let i = 0; i < times; i += 1) gate.look(utilization, now);
  };
  return { gate, order, ends, enter, look };
}

const firstOnes = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('While the process is busy', () => {
  test('160 tries are under way, and the next begins when one ends, in the order in which they came', () => {
    const { gate, order, ends, enter, look } = begin();
    look(1, 30);
    enter(400);
    expect(order).toEqual(firstOnes(160));
    expect(gate.waiting).toBe(240);
    ends[70]?.();
    ends[3]?.();
    expect(order).toEqual(firstOnes(162));
    for (let i = 0; i < ends.length; i += 1) ends[i]?.();
    expect(order).toEqual(firstOnes(400));
    expect(gate.waiting).toBe(0);
  });

  test('who comes later does not overtake who waits', () => {
    const { order, ends, enter } = begin();
    enter(161);
    ends[0]?.();
    enter(1);
    expect(order).toEqual(firstOnes(161));
    ends[1]?.();
    expect(order).toEqual(firstOnes(162));
  });

  test('a try that says twice that it is over counts once', () => {
    const { order, ends, enter } = begin();
    enter(200);
    ends[0]?.();
    ends[0]?.();
    expect(order).toHaveLength(161);
  });

  test('thousands that are over as soon as they begin, as those of runs that end with an error, do not fill the stack', () => {
    const { gate, order, ends, enter } = begin();
    enter(160);
    let over = 0;
    for (let i = 0; i < 20_000; i += 1)
      gate.enter((leave) => {
        over += 1;
        leave();
      });
    enter(1);
    ends[0]?.();
    expect([over, gate.waiting, order.length]).toEqual([20_000, 0, 161]);
  });

  test('tries that hang keep the others out for a quarter of a second, no longer', () => {
    const { order, ends, enter, look } = begin();
    enter(400);
    look(1, 1, performance.now() + 200);
    expect(order).toHaveLength(160);
    look(1, 1, performance.now() + 300);
    expect(order).toHaveLength(320);
    // Those that hung end at last, and free no place a second time.
    for (const end of ends.slice(0, 160)) end();
    expect(order).toHaveLength(320);
  });
});

describe('While the process waits for receivers', () => {
  test('there are as many as the lanes want, those that waited first', () => {
    const { gate, order, enter, look } = begin();
    enter(1000);
    expect(order).toHaveLength(160);
    look(0.4);
    expect(order).toEqual(firstOnes(1000));
    expect(gate.waiting).toBe(0);
    enter(4000);
    expect(order).toHaveLength(5000);
  });

  test('and is busy again, the next one waits until fewer than 160 are left', () => {
    const { order, ends, enter, look } = begin();
    look(0.4);
    enter(300);
    look(1, 30, performance.now());
    enter(1);
    for (let i = 0; i < 140; i += 1) ends[i]?.();
    expect(order).toHaveLength(300);
    ends[140]?.();
    expect(order).toHaveLength(301);
  });

  test('one look alone does not decide', () => {
    const { gate, enter, look } = begin();
    look(0.4, 30);
    look(1);
    enter(500);
    expect(gate.waiting).toBe(0);
  });
});
