import { expect, test } from '@jest/globals';
import type { ResultRow } from '../report.ts';
import { costsFrom, shareOfCore } from './costs.ts';
import type { Costs } from './steps.ts';
import { simulate } from './simulate.ts';

/** A result as the benchmark would give it, if the system were as simple as the simulation. */
function resultOf(costs: Costs): ResultRow[] {
  const base = { costs, machine: { cores: 2, share: 1 }, workers: 1, webhooks: 1000 };
  const runs = {
    'hooklane fan-out 1, 1,000 webhooks': simulate({ ...base, fanOut: 1, events: 12_000, rate: null }),
    'hooklane fan-out 10': simulate({ ...base, fanOut: 10, events: 1200, rate: null }),
    'latency 100 events/s': simulate({ ...base, fanOut: 1, events: 400, rate: 100 }),
    'latency 1,000 events/s': simulate({ ...base, fanOut: 1, events: 4000, rate: 1000 }),
  };
  const row = (name: string, median: number): ResultRow => ({
    name,
    median,
    min: median,
    max: median,
    unit: 'µs/delivery',
  });
  return [
    row('ceiling', 20_000),
    row('ceiling: sender CPU', 50),
    row('hooklane fan-out 10: receiver CPU', costs.receiver),
    ...Object.entries(runs).flatMap(([name, { workerCpu, redisCpu }]) => [
      row(`${name}: sender CPU`, workerCpu),
      row(`${name}: Redis CPU`, redisCpu),
    ]),
  ];
}

test('from the result of a system with known costs the fit finds these costs', () => {
  const costs: Costs = {
    worker: { job: 60, wake: 240, event: 90, delivery: 70 },
    redis: { job: 30, wake: 120, event: 50, delivery: 20 },
    receiver: 10,
  };
  const rows = resultOf(costs);
  expect(shareOfCore(rows)).toBe(1);
  const found = costsFrom(rows, 2);
  for (const part of ['worker', 'redis'] as const) {
    for (const step of ['job', 'wake', 'event', 'delivery'] as const) {
      expect(found[part][step] / costs[part][step]).toBeGreaterThan(0.7);
      expect(found[part][step] / costs[part][step]).toBeLessThan(1.4);
    }
  }
}, 120_000);

test('a row that is missing is named', () => {
  expect(() => costsFrom([], 2)).toThrow('The result has no row "ceiling".');
});
