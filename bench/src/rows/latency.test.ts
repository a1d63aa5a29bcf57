import { expect, test } from '@jest/globals';
import { timedId } from './latency-task.ts';
import { latenciesOf } from './latency.ts';

test('latency counts from when an event was due, for each receipt of it, and not before the warm-up is over', () => {
  const schedule = { startAt: 1000, rate: 500, first: 2, end: 4 };
  const arrivals = [
    ['evt_of_the_start', 900],
    [timedId(1), 1003],
    [timedId(3), 1010],
    [timedId(2), 1005],
    [timedId(3), 1011.5],
    [timedId(4), 1012],
  ] as const;
  expect(latenciesOf(arrivals, schedule)).toEqual([4, 1, 5.5]);
});
