import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@hooklane/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeadlineQueue } from './deadline-queue.ts';

describe('One timer serves many deadlines', () => {
  let queue: DeadlineQueue<{ onDeadline(): void }>;
  afterEach(() => queue.clear());

  const member = (name: string, log: [string, number][], startedAt = performance.now()) => ({
    onDeadline: () => log.push([name, performance.now() - startedAt]),
  });

  test('Each expires after its own time, none early, none twice', async () => {
    queue = new DeadlineQueue(100);
    const log: [string, number][] = [];
    for (const name of ['a', 'b', 'c']) {
      queue.add(member(name, log), performance.now());
      await sleep(40);
    }
    await eventually(() => expect(log.map(([name]) => name)).toEqual(['a', 'b', 'c']));
    for (const [, after] of log) expect(after).toBeGreaterThanOrEqual(100);
    await sleep(150);
    expect(log).toHaveLength(3);
    expect(queue.members()).toEqual([]);
  });

  test('Who left does not expire, and the next one still does', async () => {
    queue = new DeadlineQueue(60);
    const log: [string, number][] = [];
    const left = member('left', log);
    queue.add(left, performance.now());
    await sleep(30);
    queue.add(member('stayed', log), performance.now());
    queue.delete(left);
    await eventually(() => expect(log.map(([name]) => name)).toEqual(['stayed']));
    expect(queue.members()).toEqual([]);
  });

  test('A queue that ran empty starts again', async () => {
    queue = new DeadlineQueue(30);
    const log: [string, number][] = [];
    queue.add(member('first', log), performance.now());
    await eventually(() => expect(log.map(([name]) => name)).toEqual(['first']));
    queue.add(member('second', log), performance.now());
    await eventually(() => expect(log.map(([name]) => name)).toEqual(['first', 'second']));
  });
});
