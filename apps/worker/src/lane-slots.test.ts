import { afterEach, describe, expect, test } from '@jest/globals';
import { LaneSlots } from './lane-slots.ts';

const opened: LaneSlots[] = [];
afterEach(() => {
  for (const slots of opened.splice(0)) slots.close();
});

function begin(most: number) {
  const told: number[] = [];
  const jobs = { running: 0 };
  const slots = new LaneSlots(most);
  slots.share({ allow: (count) => told.push(count), running: () => jobs.running });
  opened.push(slots);
  const look = (utilization: number, times = 30): void => {
    for (let i = 0; i < times; i += 1) slots.adjust(utilization);
  };
  return { slots, told, look, jobs };
}

describe('How many lanes run at a time', () => {
  test('is what the settings allow while the worker waits for receivers', () => {
    const { slots, look } = begin(64);
    look(0.5);
    expect(slots.limit).toBe(64);
  });

  test('is small while the process itself is what is slow, and grows again', () => {
    const { slots, told, look } = begin(64);
    look(1);
    expect(slots.limit).toBe(32);
    expect(told.at(-1)).toBe(32);
    look(0.3);
    expect(slots.limit).toBe(64);
    expect(told.at(-1)).toBe(64);
  });

  test('stays when one look alone is busy, or one alone is not', () => {
    const { slots, look } = begin(64);
    look(0.5);
    look(1, 1);
    expect(slots.limit).toBe(64);
    look(1);
    look(0.5, 1);
    expect(slots.limit).toBe(32);
  });

  test.each([1, 3, 32])('is never fewer than the settings say, if those are few (%d)', (most) => {
    const { slots, look } = begin(most);
    look(1);
    expect(slots.limit).toBe(most);
  });
});

describe('A lane that was woken here', () => {
  test('has any slot while no job wants it', () => {
    const { slots, told } = begin(4);
    const leave = slots.enter();
    expect(told).toEqual([4, 3]);
    for (let i = 0; i < 3; i += 1) expect(slots.enter()).not.toBeNull();
    expect(slots.enter()).toBeNull();
    // One job may run even so.
    expect(told.at(-1)).toBe(1);
    leave?.();
    expect(slots.enter()).not.toBeNull();
  });

  test('has one of half of the slots while jobs use all that they have', () => {
    const { slots, jobs } = begin(4);
    jobs.running = 4;
    expect(slots.enter()).not.toBeNull();
    expect(slots.enter()).not.toBeNull();
    expect(slots.enter()).toBeNull();
  });

  test('leaves the slots of the jobs that run alone', () => {
    const { slots, jobs } = begin(4);
    jobs.running = 2;
    expect(slots.enter()).not.toBeNull();
    expect(slots.enter()).not.toBeNull();
    expect(slots.enter()).toBeNull();
  });

  test('waits in the queue when a job has the only slot', () => {
    const { slots, jobs } = begin(1);
    jobs.running = 1;
    expect(slots.enter()).toBeNull();
  });
});
