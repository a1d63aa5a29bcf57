/** One run: a private Redis, one real worker, one receiver with many addresses, and events in bounded batches. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '@hooklane/local';
import { createProducer } from '@hooklane/producer';
import type { Receiver } from '../receiver/receiver.ts';
import { createWebhooks, deliveriesLeft, emitWith, openWorld } from '../rows/hooklane-world.ts';
import type { World } from '../rows/hooklane-world.ts';
import { withProcesses } from '../rows/with-processes.ts';
import { eventBodies, eventsFor } from '../workload.ts';
import type { Workload } from '../workload.ts';
import { censusOptions, takeCensus } from './census.ts';
import { readHoldings } from './worker-sample.ts';
import type { Sample } from './worker-sample.ts';

/** What is asked for. */
export interface SoakTask {
  folder: string;
  /** Rounded up to whole events. */
  deliveries: number;
  /** As many webhooks. */
  origins: number;
  /** No more is emitted after it, ms. */
  timeoutMs: number;
  signal: AbortSignal;
  /** After each sample, once a second. */
  onProgress: (sample: Sample) => void;
}

/** What was found. */
export interface SoakResult {
  /** That were asked for, or fewer when the time was over. */
  deliveries: number;
  /** Requests that came; with repeats it may be more. */
  received: number;
  /** Still waiting a minute after the last event, or given up on. */
  left: number;
  /** From the first event to the last delivery. */
  seconds: number;
  samples: readonly Sample[];
  /** Connections that are still open when all were idle for long. */
  connectionsAfter: number;
  /** Pools of connections, one for each origin, that the worker still holds then. */
  poolsAfter: number;
}

/** Each event goes to so many webhooks: the cache of bodies is full after about a quarter of a million deliveries. */
const FAN_OUT = 5;
/**
 * One connection for each origin. With more, 5,000 origins would need more sockets than a worker keeps open, nearly each
 * delivery would open one anew, and Linux would remember them all for two minutes: its table (`nf_conntrack_max`,
 * 262,144 mostly) would be full after as many, and drop what comes then, also of others.
 */
const MAX_IN_FLIGHT = 1;
/** Deliveries that may wait, and events that are emitted in one go. */
const MOST_WAITING = 50_000;
const BATCH = 2000;
const SAMPLE_MS = 1000;
const POLL_MS = 20;
/** What was emitted comes within it, or is missing. */
const REST_MS = 60_000;
/** A connection is kept for 4 s, or 10 if the receiver wants. */
const IDLE_MS = 30_000;

/** What the parts of a run share. */
interface Run {
  task: SoakTask;
  world: World;
  receiver: Receiver;
  workload: Workload;
  /** Of the worker. */
  pid: number;
  samples: Sample[];
}

/** Runs it. Rejects when a process ends by itself, and when the signal comes. */
export async function soak(task: SoakTask, receiver: Receiver): Promise<SoakResult> {
  await using world = await openWorld({ folder: task.folder, receiver, onRedis: () => undefined });
  const snapshots = await mkdtemp(join(task.folder, 'snapshots-'));
  const workload: Workload = {
    fanOut: FAN_OUT,
    applications: Math.ceil(task.origins / FAN_OUT),
    bodyKiB: null,
    maxInFlight: MAX_IN_FLIGHT,
  };
  const { port } = new URL(receiver.origin);
  await createWebhooks(world.store, workload, (application, webhook) => {
    return `http://${address((application * FAN_OUT + webhook) % task.origins)}:${port}`;
  });
  await receiver.expect(Infinity);
  const done = new AbortController();
  const signal = AbortSignal.any([task.signal, done.signal]);
  let load: Promise<unknown> = Promise.resolve();
  const worker = world.worker({ NODE_OPTIONS: censusOptions(snapshots) });
  try {
    return await withProcesses([worker], task.signal, async ([running]) => {
      const pid = running?.pid ?? 0;
      const run = { task: { ...task, signal }, world, receiver, workload, pid, samples: [] };
      const measuring = measure(run);
      load = measuring;
      return { ...(await measuring), ...(await afterIdling(run, snapshots)) };
    });
  } finally {
    // It asks Redis and the receiver, which end after it.
    done.abort();
    await load.catch(() => undefined);
  }
}

/** Of 127.0.0.0/8, all of which is this machine on Linux. */
function address(index: number): string {
  return `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
}

async function measure(run: Run): Promise<Omit<SoakResult, 'connectionsAfter' | 'poolsAfter'>> {
  const { task, world, receiver, samples } = run;
  const startAt = performance.now();
  const end = new AbortController();
  const watching = watch(run, AbortSignal.any([task.signal, end.signal]));
  try {
    const emitted = await Promise.race([emitAll(run, startAt + task.timeoutMs), watching]);
    let left = Infinity;
    const isDone = async (): Promise<boolean> => {
      task.signal.throwIfAborted();
      return (await receiver.count()) >= emitted && (left = await deliveriesLeft(world.store)) === 0;
    };
    await Promise.race([waitUntil(isDone, { timeoutMs: REST_MS, everyMs: 100 }), watching]);
    const seconds = (performance.now() - startAt) / 1000;
    await sample(run);
    left = await deliveriesLeft(world.store);
    return { deliveries: emitted, received: await receiver.count(), left, seconds, samples };
  } finally {
    end.abort();
    await watching.catch(() => undefined);
  }
}

/** Emits in batches; how many deliveries that is. */
async function emitAll({ task, world, receiver, workload }: Run, deadline: number): Promise<number> {
  const producer = createProducer({ redis: world.redis.url });
  const bodies = eventBodies(workload);
  const events = eventsFor(workload, task.deliveries);
  let first = 0;
  try {
    while (first < events && performance.now() < deadline) {
      task.signal.throwIfAborted();
      const waiting = first * FAN_OUT - (await receiver.count());
      const batch = Math.min(BATCH, events - first, Math.floor((MOST_WAITING - waiting) / FAN_OUT));
      if (batch > 0) await emitWith(producer, bodies, { first, events: batch });
      else await sleep(POLL_MS);
      first += Math.max(0, batch);
    }
    return first * FAN_OUT;
  } finally {
    await producer.close();
  }
}

/** Samples until the signal comes; rejects then. */
async function watch(run: Run, signal: AbortSignal): Promise<never> {
  for (;;) {
    await sample(run);
    await sleep(SAMPLE_MS, undefined, { signal });
  }
}

async function sample({ task, receiver, pid, samples }: Run): Promise<void> {
  const [received, holdings] = await Promise.all([receiver.count(), readHoldings(pid)]);
  const taken = { received, ...holdings };
  samples.push(taken);
  task.onProgress(taken);
}

async function afterIdling(
  { receiver, pid }: Run,
  snapshots: string,
): Promise<Pick<SoakResult, 'connectionsAfter' | 'poolsAfter'>> {
  let connectionsAfter = 0;
  const isIdle = async (): Promise<boolean> => (connectionsAfter = await receiver.connections()) === 0;
  await waitUntil(isIdle, { timeoutMs: IDLE_MS, everyMs: 500 });
  const census = await takeCensus(pid, snapshots);
  // Else the classes have got other names, and none of them would mean nothing.
  if (!census.has('SocketBound')) throw new Error('The heap of the worker has no transport in it.');
  return { connectionsAfter, poolsAfter: census.get('OriginPool') ?? 0 };
}
