import { expect, test } from '@jest/globals';
import { MOST_BUSY, memoryFor, needFor } from './capacity.ts';
import type { Costs } from './steps.ts';

const costs: Costs = {
  worker: { job: 200, wake: 100, event: 100, delivery: 80 },
  redis: { job: 100, wake: 50, event: 50, delivery: 20 },
  receiver: 1,
};

test('no core is busier than allowed, and more load needs more of both', () => {
  const [small, large] = [needFor(costs, 500), needFor(costs, 5000)];
  for (const { deliveriesPerSec, workers, shards, workerCpu, redisCpu } of [small, large]) {
    expect((deliveriesPerSec * workerCpu) / 1e6 / workers).toBeLessThanOrEqual(MOST_BUSY);
    expect((deliveriesPerSec * redisCpu) / 1e6 / shards).toBeLessThanOrEqual(MOST_BUSY);
  }
  expect(large.workers).toBeGreaterThan(small.workers);
  expect(large.shards).toBeGreaterThanOrEqual(small.shards);
});

test('memory: what is kept grows with retention, what is owed with the share of endpoints that are down', () => {
  const figures = { event: 2000, waiting: 200, delivered: 150 };
  const load = { deliveriesPerSec: 1000, days: 7, share: 0.01 };
  // 86.4 million deliveries a day, a tenth as many events.
  expect(memoryFor(figures, load)).toEqual({ kept: 86.4e6 * 7 * 350, owed: 0.864e6 * 200 });
});
