/** How fast events are taken in: by the producer alone, and through `POST /v1/events`. No worker runs meanwhile. */
import { fileURLToPath } from 'node:url';
import { startPrograms } from '@hooklane/testkit';
import { readProcessUsage } from '../costs/process-usage.ts';
import { readRedisUsage } from '../costs/redis-usage.ts';
import { openWorld } from './hooklane-world.ts';
import type { World } from './hooklane-world.ts';
import type { Figure, Measured, Row, Setting } from './row.ts';
import { runProgram } from './with-processes.ts';

/** What the emitting process is told. */
export interface ProducerTask {
  /** Redis for the producer, or the API. */
  into: { redisUrl: string } | { api: string; token: string };
  /** Each emits again when its event is safe. */
  callers: number;
  seconds: number;
  /** It ends earlier when so many are emitted: they stay in the memory of Redis. */
  most: number;
}

/** What it tells. */
export interface ProducerResult {
  /** Events per second, and ms until an event was safe, after the warm-up. */
  rate: number;
  p50: number;
  p99: number;
  /** Of the process, from its first event to its last. */
  cpuMicros: number;
  /** With those of the warm-up. */
  events: number;
}

interface ProducerVariation {
  name: string;
  through: 'producer' | 'api';
  callers: number;
}

const FIGURES: readonly Figure[] = [
  { key: 'rate', label: '', unit: 'events/s' },
  { key: 'p50', label: 'p50', unit: 'ms' },
  { key: 'p99', label: 'p99', unit: 'ms' },
  { key: 'callerCpu', label: 'caller CPU', unit: 'µs/event' },
  { key: 'serverCpu', label: 'server CPU', unit: 'µs/event' },
  { key: 'redisCpu', label: 'Redis CPU', unit: 'µs/event' },
  { key: 'commands', label: 'Redis commands', unit: 'commands/event' },
];

const MOST_EVENTS = 300_000;

/** The row of a variation. */
export function producer(variation: ProducerVariation): Row {
  return {
    name: variation.name,
    group: 'producer',
    figures: FIGURES,
    comparedWith: [],
    most: null,
    secure: false,
    measure: (setting) => measure(setting, variation),
  };
}

async function measure(setting: Setting, { through, callers }: ProducerVariation): Promise<Measured> {
  await using world = await openWorld(setting);
  const task = { callers, seconds: setting.seconds, most: MOST_EVENTS };
  if (through === 'producer') {
    return await emitAll(setting, world, { ...task, into: { redisUrl: world.redis.url } });
  }
  const env = { HOOKLANE_SECRET_KEY: world.env['HOOKLANE_SECRET_KEY'] ?? '', HOOKLANE_RATE_LIMIT: '0' };
  const programs = await startPrograms({ redisUrl: world.redis.url, workers: 0, env });
  try {
    const { api, token, server } = programs;
    const before = await readProcessUsage(server.pid);
    const { events, ...measured } = await emitAll(setting, world, { ...task, into: { api, token } });
    const after = await readProcessUsage(server.pid);
    if (before === null || after === null || events === undefined) return measured;
    return { ...measured, serverCpu: (after.cpuMicros - before.cpuMicros) / events };
  } finally {
    await programs.stop();
  }
}

async function emitAll({ signal }: Setting, { redis }: World, task: ProducerTask): Promise<Measured> {
  const program = fileURLToPath(new URL('./producer-program.ts', import.meta.url));
  const before = await readRedisUsage(redis.client);
  const line = await runProgram({ name: 'emitter', args: [program, JSON.stringify(task)] }, signal);
  const after = await readRedisUsage(redis.client);
  const { rate, p50, p99, cpuMicros, events } = JSON.parse(line) as ProducerResult;
  return {
    rate,
    p50,
    p99,
    events,
    callerCpu: cpuMicros / events,
    redisCpu: (after.cpuMicros - before.cpuMicros) / events,
    commands: (after.commands - before.commands) / events,
  };
}
