/**
 * From `emit` to receipt, at a steady rate. Open loop: when an event is due stands in a schedule, whatever happened to
 * the ones before, and its latency counts from then. So a system that stalls cannot make its figures look better.
 */
import { fileURLToPath } from 'node:url';
import { waitUntil } from '@hooklane/local';
import { costsBetween, readCosts } from '../costs/costs.ts';
import type { Arrival } from '../receiver/receiver-messages.ts';
import { latencySummary } from '../statistics.ts';
import { eventBodies } from '../workload.ts';
import type { Workload } from '../workload.ts';
import { createWebhooks, deliveriesLeft, emitEvents, openWorld } from './hooklane-world.ts';
import { COSTS, checkEnd } from './measure-sending.ts';
import type { LatencyEmitted, LatencyTask } from './latency-task.ts';
import type { Figure, Measured, Row, Setting } from './row.ts';
import { runProgram, withProcesses } from './with-processes.ts';

/** A load. */
export interface LatencyLoad {
  name: string;
  rate: number;
  workload: Workload;
  /** 1 when missing. */
  workers?: number;
}

const FIGURES: readonly Figure[] = [
  { key: 'p50', label: 'p50', unit: 'ms' },
  { key: 'p95', label: 'p95', unit: 'ms' },
  { key: 'p99', label: 'p99', unit: 'ms' },
  { key: 'max', label: 'max', unit: 'ms' },
  { key: 'lateP99', label: 'emitted late, p99', unit: 'ms' },
  ...COSTS.filter(({ key }) => ['senderCpu', 'redisCpu', 'commands'].includes(key)),
];

/** The load runs so long before it counts, s: a worker that was just started is still being compiled. */
const WARM_UP_SEC = 3;
const FIRST_DELIVERIES_MS = 60_000;

/** The row of a load. */
export function latency(load: LatencyLoad): Row {
  return {
    name: `latency ${load.name}`,
    group: 'latency',
    figures: FIGURES,
    comparedWith: [],
    most: null,
    secure: false,
    measure: (setting) => measure(setting, load),
  };
}

async function measure(setting: Setting, { rate, workload, workers = 1 }: LatencyLoad): Promise<Measured> {
  await using world = await openWorld(setting);
  const { receiver, signal, seconds } = setting;
  const { redis, store } = world;
  await createWebhooks(store, workload, receiver.origin);
  const warm = workload.applications;
  const unmeasured = rate * WARM_UP_SEC;
  const events = unmeasured + rate * seconds;
  const deliveries = (warm + events) * workload.fanOut;
  const { complete } = await receiver.expect(deliveries, true);
  await emitEvents(redis.url, eventBodies(workload), warm);
  return await withProcesses(
    Array.from({ length: workers }, () => world.worker()),
    signal,
    async (running) => {
      const isWarm = async (): Promise<boolean> => (await receiver.count()) >= warm * workload.fanOut;
      if (!(await waitUntil(isWarm, { timeoutMs: FIRST_DELIVERIES_MS }))) {
        throw new Error('The first deliveries did not come.');
      }
      const sources = { senders: running.map(({ pid }) => pid), receiver: receiver.pid, redis: redis.client };
      const before = await readCosts(sources);
      const task: LatencyTask = { redisUrl: redis.url, rate, events, workload };
      const emitted = await emitOnSchedule(task, signal);
      await complete;
      const after = await readCosts(sources);
      await checkEnd(setting, { deliveries, pending: () => deliveriesLeft(store) });
      const latencies = latenciesOf(await receiver.arrivals(), {
        startAt: emitted.startAt,
        rate,
        first: unmeasured,
        end: events,
      });
      const costs = costsBetween(before, after, events * workload.fanOut);
      return { ...latencySummary(latencies), lateP99: emitted.lateP99, ...costs };
    },
  );
}

/** Emits in a process of its own; resolves when all events are safe. */
export async function emitOnSchedule(task: LatencyTask, signal: AbortSignal): Promise<LatencyEmitted> {
  const program = fileURLToPath(new URL('./latency-program.ts', import.meta.url));
  const line = await runProgram({ name: 'emitter', args: [program, JSON.stringify(task)] }, signal);
  return JSON.parse(line) as LatencyEmitted;
}

/** When the measured events were due, and which those are. */
export interface Schedule {
  /** Of the first event, ms of the shared clock. */
  startAt: number;
  rate: number;
  /** The first event that counts, and the one after the last; counted from 0. */
  first: number;
  end: number;
}

/** ms from when each was due to when it came, for each receipt. */
export function latenciesOf(arrivals: readonly Arrival[], { startAt, rate, first, end }: Schedule): number[] {
  return arrivals.flatMap(([id, at]) => {
    const index = Number(/^timed-(\d+)$/.exec(id)?.[1] ?? Number.NaN);
    return index >= first && index < end ? [at - (startAt + (index * 1000) / rate)] : [];
  });
}
