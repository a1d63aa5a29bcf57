/**
 * One endpoint is down with a long backlog behind it: what that costs the others, what it costs Redis, and how long the
 * backlog takes when the endpoint is back. The same steps are done without that endpoint, in the same round.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, waitUntil } from '@hooklane/local';
import type { Redis } from 'ioredis';
import { readRedisUsage } from '../costs/redis-usage.ts';
import { startReceiver } from '../receiver/receiver.ts';
import { sharedNow } from '../shared-clock.ts';
import { FAN_OUT_10, MAX_DELIVERIES, eventBodies } from '../workload.ts';
import {
  createWebhook,
  createWebhooks,
  deliveriesLeft,
  emitEvents,
  enable,
  fill,
  openWorld,
} from './hooklane-world.ts';
import type { World } from './hooklane-world.ts';
import { checkEnd, measureSending } from './measure-sending.ts';
import type { Measured, Row, Setting } from './row.ts';
import { withProcesses } from './with-processes.ts';

/** What waits behind the endpoint that is down. */
const BACKLOG = 100_000;
/** Of the others, for each second that is to be measured. */
const DELIVERIES_PER_SEC = 8000;
/** By default an endpoint must fail for half a minute to count as down. What is measured is the time after. */
const SETTINGS = { HOOKLANE_BREAKER_SPAN: '2s' };
const WATCHED_MS = 10_000;
const OPEN_MS = 240_000;
const APPLICATION = 'outage';

/** The row. */
export const outage: Row = {
  name: 'one endpoint down',
  group: 'outage',
  figures: [
    { key: 'rate', label: 'the others beside it', unit: 'deliveries/s' },
    { key: 'rateWithout', label: 'the others without it', unit: 'deliveries/s' },
    { key: 'rateRatio', label: 'beside / without', unit: 'ratio' },
    { key: 'cpuRatio', label: 'CPU beside / without', unit: 'ratio' },
    { key: 'commands', label: 'Redis while it is down', unit: 'commands/s' },
    { key: 'commandsWithout', label: 'Redis without it', unit: 'commands/s' },
    { key: 'found', label: 'found to be back after', unit: 's' },
    { key: 'drain', label: 'backlog gone after', unit: 's' },
  ],
  comparedWith: [],
  most: null,
  secure: false,
  async measure(setting) {
    const backlog = setting.count ?? BACKLOG;
    // Neither is always the first.
    if (setting.round % 2 === 0) {
      const beside = await measureOthers(setting, backlog);
      return compare(beside, await measureOthers(setting, 0));
    }
    const without = await measureOthers(setting, 0);
    return compare(await measureOthers(setting, backlog), without);
  },
};

function compare(beside: Measured, without: Measured): Measured {
  const of = (measured: Measured, key: string): number => measured[key] ?? Number.NaN;
  const cpu = (measured: Measured): number => of(measured, 'senderCpu') + of(measured, 'redisCpu');
  const cpuRatio = cpu(beside) / cpu(without);
  return {
    ...beside,
    rateWithout: of(without, 'rate'),
    commandsWithout: of(without, 'commands'),
    rateRatio: of(beside, 'rate') / of(without, 'rate'),
    ...(Number.isNaN(cpuRatio) ? {} : { cpuRatio }),
  };
}

/** `backlog`: behind the endpoint that is down; 0: there is none. */
async function measureOthers(setting: Setting, backlog: number): Promise<Measured> {
  await using world = await openWorld(setting);
  const { redis, store } = world;
  const port = await freePort();
  await createWebhooks(store, FAN_OUT_10, setting.receiver.origin);
  if (backlog > 0) await addDownEndpoint(world, port, backlog);
  const commands = await withProcesses([world.worker(SETTINGS)], setting.signal, async () => {
    await reachRest(world, backlog);
    return commandsPerSecond(redis.client);
  });
  const wanted = setting.count ?? DELIVERIES_PER_SEC * setting.seconds;
  const { rate, senderCpu, redisCpu } = await measureSending(setting, {
    deliveries: Math.min(MAX_DELIVERIES, wanted),
    fill: (deliveries) => fill(redis.url, FAN_OUT_10, deliveries),
    senders: [world.worker(SETTINGS)],
    redis: redis.client,
    pending: async () => (await deliveriesLeft(store)) - backlog,
  });
  const recovery = backlog === 0 ? {} : await recover(setting, world, { port, backlog });
  return { ...known({ rate, senderCpu, redisCpu, commands }), ...recovery };
}

function known(measured: Readonly<Record<string, number | undefined>>): Measured {
  return Object.fromEntries(
    Object.entries(measured).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

async function addDownEndpoint({ store, redis }: World, port: number, backlog: number): Promise<void> {
  await createWebhook(store, APPLICATION, { index: 0, url: `http://127.0.0.1:${port}/down` });
  await enable(store, APPLICATION);
  const [body = ''] = eventBodies({ fanOut: 1, applications: 1, bodyKiB: null });
  const text = JSON.stringify({ ...(JSON.parse(body) as object), app_name: APPLICATION });
  await emitEvents(redis.url, [text], backlog);
}

/** Everything is dispatched, and the endpoint is known to be down. */
async function reachRest({ store }: World, backlog: number): Promise<void> {
  const isAtRest = async (): Promise<boolean> => {
    const { waiting, openLanes } = await store.readBacklog();
    return waiting === backlog && openLanes === (backlog === 0 ? 0 : 1);
  };
  if (!(await waitUntil(isAtRest, { timeoutMs: OPEN_MS, everyMs: 250 }))) {
    throw new Error(
      `The lane of the endpoint that is down did not open: ${JSON.stringify(await store.readBacklog())}`,
    );
  }
  await sleep(1000);
}

async function commandsPerSecond(client: Redis): Promise<number> {
  const [from, before] = [sharedNow(), await readRedisUsage(client)];
  await sleep(WATCHED_MS);
  const after = await readRedisUsage(client);
  return ((after.commands - before.commands) * 1000) / (sharedNow() - from);
}

/** The endpoint is back: how long until somebody notices, and from then until its backlog is gone. */
async function recover(
  { signal }: Setting,
  world: World,
  { port, backlog }: { port: number; backlog: number },
): Promise<Measured> {
  await using receiver = await startReceiver(null, { port });
  const { begun, complete } = await receiver.expect(backlog);
  return await withProcesses([world.worker(SETTINGS)], signal, async () => {
    const backAt = sharedNow();
    await begun;
    const found = (sharedNow() - backAt) / 1000;
    const ms = await complete;
    await checkEnd({ receiver }, { deliveries: backlog, pending: () => deliveriesLeft(world.store) });
    return { found, drain: ms / 1000 };
  });
}
