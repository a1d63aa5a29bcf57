/** One run: a private Redis, a real worker with its default settings, receivers, a steady load from a process of its own. */
import { waitUntil } from '@hooklane/local';
import { readRedisUsage } from '../costs/redis-usage.ts';
import type { Receiver } from '../receiver/receiver.ts';
import { createWebhooks, openWorld } from '../rows/hooklane-world.ts';
import { emitOnSchedule, latenciesOf } from '../rows/latency.ts';
import { withProcesses } from '../rows/with-processes.ts';
import { sharedNow } from '../shared-clock.ts';
import { latencySummary } from '../statistics.ts';
import type { LatencySummary } from '../statistics.ts';
import type { SickReceivers } from './sick-receivers.ts';

/** A load. */
export interface Load {
  folder: string;
  webhooks: number;
  /** Of the webhooks: accept and never answer. */
  hanging: number;
  /** Of the webhooks: nobody listens. */
  refusing: number;
  /** Events per second over all webhooks in turn, one delivery each. */
  rate: number;
  seconds: number;
  signal: AbortSignal;
}

/** From when an event was due to its receipt at a healthy receiver, ms. */
export interface Phase extends LatencySummary {
  received: number;
  /** Half a minute after the load. */
  missing: number;
}

/** What a run found. */
export interface Figures {
  /** The first third: the worker is being compiled, and lanes have to turn out sick. */
  start: Phase;
  steady: Phase;
  /** p99 of each tenth of the load, to see when it settles. */
  tenths: number[];
  /** Commands of Redis per second, over the whole run. */
  commandsPerSec: number;
}

const REST_MS = 30_000;
const TENTHS = 10;

/** Measures. */
export async function measureNeighbours(
  load: Load,
  receivers: { healthy: Receiver; sick: SickReceivers },
): Promise<Figures> {
  const { healthy, sick } = receivers;
  await using world = await openWorld({ folder: load.folder, receiver: healthy, onRedis: () => undefined });
  const { redis, store } = world;
  const workload = { fanOut: 1, applications: load.webhooks, bodyKiB: null };
  const sickCount = load.hanging + load.refusing;
  await createWebhooks(store, workload, (application) => {
    if (application >= sickCount) return healthy.origin;
    return application < load.hanging ? sick.hangingOrigin : sick.refusingOrigin;
  });
  const events = load.rate * load.seconds;
  const isHealthy = (index: number): boolean => index % load.webhooks >= sickCount;
  const expected = Array.from({ length: events }, (_, index) => index).filter(isHealthy);
  await healthy.expect(expected.length, true);
  return await withProcesses([world.worker()], load.signal, async () => {
    const [from, before] = [sharedNow(), await readRedisUsage(redis.client)];
    const task = { redisUrl: redis.url, rate: load.rate, events, workload };
    const { startAt } = await emitOnSchedule(task, load.signal);
    const [until, after] = [sharedNow(), await readRedisUsage(redis.client)];
    const isComplete = async (): Promise<boolean> => (await healthy.count()) >= expected.length;
    await waitUntil(isComplete, { timeoutMs: REST_MS, everyMs: 200 });
    const arrivals = await healthy.arrivals();
    const phase = (first: number, end: number): Phase => {
      const due = expected.filter((index) => index >= first && index < end).length;
      const came = latenciesOf(arrivals, { startAt, rate: load.rate, first, end });
      const none = { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN, max: Number.NaN };
      const summary = came.length === 0 ? none : latencySummary(came);
      return { ...summary, received: came.length, missing: due - came.length };
    };
    const steadyFrom = Math.ceil(events / 3);
    const edge = (tenth: number): number => Math.floor((events * tenth) / TENTHS);
    return {
      start: phase(0, steadyFrom),
      steady: phase(steadyFrom, events),
      tenths: Array.from({ length: TENTHS }, (_, tenth) => phase(edge(tenth), edge(tenth + 1)).p99),
      commandsPerSec: ((after.commands - before.commands) * 1000) / (until - from),
    };
  });
}
