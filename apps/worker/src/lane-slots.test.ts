import { afterEach, describe, expect, test } from '@jest/globals';
import { LaneSlots } from './lane-slots.ts';

const opened: LaneSlots[] = [];
afterEach(() => {
  for (const slots of opened.splice(0)) slots.close();
});

function begin(most: number) {
  const told: number[] = [];
  const slots = new LaneSlots(most);
  slots.onJobs((count) => told.push(count));
  opened.push(slots);
  const look = (utilization: number, times = 30): void => {
    for (let i = 0; i < times; i += 1) slots.adjust(utilization);
  };
  return { slots, told, look };
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
    expect(slots.limit).toBe(8);
    expect(told.at(-1)).toBe(8);
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
    expect(slots.limit).toBe(8);
  });

  test.each([1, 3, 8])('is never fewer than the settings say, if those are few (%d)', (most) => {
    const { slots, look } = begin(most);
    look(1);
    expect(slots.limit).toBe(most);
  });
});

describe('A lane that was woken here', () => {
  test('has one of half of the slots, and jobs have the others', () => {
    const { slots, told } = begin(4);
    const leave = slots.enter();
    expect(told).toEqual([3]);
    expect(slots.enter()).not.toBeNull();
    expect(slots.enter()).toBeNull();
    leave?.();
    expect(told.at(-1)).toBe(3);
    expect(slots.enter()).not.toBeNull();
  });

  test('waits in the queue when there is one slot only', () => {
    expect(begin(1).slots.enter()).toBeNull();
  });
});
