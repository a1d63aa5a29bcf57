import { expect, test } from '@jest/globals';
import { latencySummary } from '../statistics.ts';
import type { Costs } from './steps.ts';
import { simulate } from './simulate.ts';

const costs: Costs = {
  worker: { job: 200, wake: 0, event: 100, delivery: 80 },
  redis: { job: 100, wake: 0, event: 50, delivery: 20 },
  receiver: 10,
};
const own = { cores: Infinity, share: 1 };
const base = {
  costs,
  machine: own,
  workers: 1,

  fanOut: 10,
  webhooks: 1000,
  events: 3000,
  rate: null,
};

test('a backlog goes as fast as the slowest of worker, Redis and receiver', () => {
  const { deliveriesPerSec, workerCpu } = simulate(base);
  // 80 µs, a tenth of an event, and a share of the jobs.
  expect(workerCpu).toBeGreaterThan(90);
  expect(deliveriesPerSec).toBeGreaterThan((0.95 * 1e6) / workerCpu);
  expect(deliveriesPerSec).toBeLessThanOrEqual((1.01 * 1e6) / workerCpu);
});

test('twice the workers go twice as fast until Redis is full', () => {
  const rate = (workers: number): number => simulate({ ...base, events: 6000, workers }).deliveriesPerSec;
  expect(rate(2) / rate(1)).toBeGreaterThan(1.7);
  expect(rate(32) / rate(16)).toBeLessThan(1.2);
});

test('two cores for a worker, Redis and a receiver are less than three', () => {
  const onTwo = simulate({ ...base, machine: { cores: 2, share: 1 }, workers: 2 }).deliveriesPerSec;
  expect(onTwo).toBeLessThan(simulate({ ...base, workers: 2 }).deliveriesPerSec);
});

test('when nothing waits a delivery takes as long as its steps; near the limit it waits', () => {
  const p99 = (rate: number): number => {
    const { latencies } = simulate({ ...base, fanOut: 1, events: 4000, rate });
    return latencySummary(latencies).p99;
  };
  // Dispatch 200 + 100 and 100 + 50, the first half of a lane's run 100 + 40 and 50 + 10, and the receiver: 0.66 ms.
  expect(p99(10)).toBeCloseTo(0.66, 2);
  expect(p99(100_000)).toBeGreaterThan(20);
});

test('a worker that has nothing to do must be woken; a busy one need not', () => {
  const woken = { ...costs, worker: { ...costs.worker, wake: 1000 } };
  const cpu = (rate: number): number =>
    simulate({ ...base, costs: woken, fanOut: 1, events: 4000, rate }).workerCpu;
  // Once for the event and once for its lane.
  expect(cpu(10)).toBeCloseTo(2580, 0);
  expect(cpu(3000)).toBeLessThan(900);
});

test('under load batches grow, so a delivery costs less', () => {
  const cpu = (rate: number): number =>
    simulate({ ...base, fanOut: 1, webhooks: 20, events: 4000, rate }).workerCpu;
  expect(cpu(10)).toBeCloseTo(580, 0);
  expect(cpu(5000)).toBeLessThan(400);
});
