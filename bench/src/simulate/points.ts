/** What was measured and what the simulation says, side by side. */
import type { ResultRow } from '../report.ts';
import { latencySummary } from '../statistics.ts';
import { CALIBRATION, reader, shareOfCore } from './costs.ts';
import type { Costs } from './steps.ts';
import { simulate } from './simulate.ts';
import type { Scenario } from './simulate.ts';

/** One of them. */
export interface Point {
  name: string;
  unit: 'deliveries/s' | 'ms' | 'µs/delivery';
  measured: number;
  simulated: number;
  /** The costs were fitted to it. */
  isFitted: boolean;
}

/** Of a machine: what the benchmark ran on. */
export interface MeasuredRun {
  rows: readonly ResultRow[];
  machine: { cores: number };
}

const DELIVERIES = 30_000;
const LATENCY_SECONDS = 8;

const DRAINS = [
  { name: 'hooklane fan-out 1, 1,000 webhooks', fanOut: 1, workers: 1 },
  { name: 'hooklane fan-out 10', fanOut: 10, workers: 1 },
  { name: 'hooklane fan-out 100', fanOut: 100, workers: 1 },
  { name: 'hooklane 2 workers', fanOut: 10, workers: 2 },
  { name: 'hooklane 4 workers', fanOut: 10, workers: 4 },
];
const LATENCIES = [
  { name: 'latency 100 events/s', rate: 100, workers: 1 },
  { name: 'latency 500 events/s', rate: 500, workers: 1 },
  { name: 'latency 1,000 events/s', rate: 1000, workers: 1 },
  { name: 'latency 500 events/s, 4 workers', rate: 500, workers: 4 },
];

/** All points of a run that it has rows for. */
export function comparePoints({ rows, machine: { cores } }: MeasuredRun, costs: Costs): Point[] {
  const read = reader(rows);
  const base = { costs, machine: { cores, share: shareOfCore(rows) }, workers: 1, webhooks: 1000 };
  const pointOf = (name: string, unit: Point['unit'], simulated: number): Point => ({
    name,
    unit,
    measured: read(name),
    simulated,
    isFitted: CALIBRATION.includes(name),
  });
  const known = new Set(rows.map(({ name }) => name));
  const drains = DRAINS.filter(({ name }) => known.has(name)).flatMap(
    ({ name, fanOut, workers }): Point[] => {
      const scenario: Scenario = { ...base, fanOut, workers, events: DELIVERIES / fanOut, rate: null };
      const { deliveriesPerSec, workerCpu, redisCpu } = simulate(scenario);
      return [
        pointOf(name, 'deliveries/s', deliveriesPerSec),
        pointOf(`${name}: sender CPU`, 'µs/delivery', workerCpu),
        pointOf(`${name}: Redis CPU`, 'µs/delivery', redisCpu),
      ];
    },
  );
  const latencies = LATENCIES.filter(({ name }) => known.has(`${name}: p50`)).flatMap(
    ({ name, rate, workers }): Point[] => {
      const outcome = simulate({ ...base, workers, fanOut: 1, events: rate * LATENCY_SECONDS, rate });
      const summary = latencySummary(outcome.latencies);
      return [
        pointOf(`${name}: sender CPU`, 'µs/delivery', outcome.workerCpu),
        pointOf(`${name}: Redis CPU`, 'µs/delivery', outcome.redisCpu),
        pointOf(`${name}: p50`, 'ms', summary.p50),
        pointOf(`${name}: p99`, 'ms', summary.p99),
      ];
    },
  );
  return [...drains, ...latencies];
}
