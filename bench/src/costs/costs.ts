/** What a measurement costs: what its processes and its Redis used from the first request to the end, per delivery. */
import type { Redis } from 'ioredis';
import type { Measured } from '../rows/row.ts';
import { readProcessUsage } from './process-usage.ts';
import type { ProcessUsage } from './process-usage.ts';
import { readRedisUsage } from './redis-usage.ts';
import type { RedisUsage } from './redis-usage.ts';

/** Whose costs. */
export interface CostSources {
  /** Process ids of the senders. */
  senders: readonly number[];
  receiver: number;
  /** A connection of its own; null: no Redis takes part. */
  redis: Redis | null;
}

/** At one moment. */
export interface CostReading {
  senders: readonly (ProcessUsage | null)[];
  receiver: ProcessUsage | null;
  redis: RedisUsage | null;
}

const MEBIBYTE = 2 ** 20;

/** Reads all of them, as good as at once. */
export async function readCosts({ senders, receiver, redis }: CostSources): Promise<CostReading> {
  const [ofSenders, ofReceiver, ofRedis] = await Promise.all([
    Promise.all(senders.map((pid) => readProcessUsage(pid))),
    readProcessUsage(receiver),
    redis === null ? null : readRedisUsage(redis),
  ]);
  return { senders: ofSenders, receiver: ofReceiver, redis: ofRedis };
}

/** The costs of so many deliveries. What could not be read is left out. */
export function costsBetween(before: CostReading, after: CostReading, deliveries: number): Measured {
  const measured: Record<string, number> = {};
  const senders = cpuOf(before.senders, after.senders);
  const receiver = cpuOf([before.receiver], [after.receiver]);
  if (senders !== null) measured['senderCpu'] = senders / deliveries;
  if (receiver !== null) measured['receiverCpu'] = receiver / deliveries;
  const peaks = after.senders.map((usage) => usage?.peakBytes ?? 0);
  if (senders !== null) measured['senderPeak'] = Math.max(...peaks) / MEBIBYTE;
  if (before.redis === null || after.redis === null) return measured;
  measured['redisCpu'] = (after.redis.cpuMicros - before.redis.cpuMicros) / deliveries;
  measured['commands'] = (after.redis.commands - before.redis.commands) / deliveries;
  measured['scripts'] = (after.redis.scripts - before.redis.scripts) / deliveries;
  measured['redisBytes'] = (after.redis.bytes - before.redis.bytes) / deliveries;
  return measured;
}

/** µs of all of them together; null when one could not be read. */
function cpuOf(
  before: readonly (ProcessUsage | null)[],
  after: readonly (ProcessUsage | null)[],
): number | null {
  let micros = 0;
  for (const [at, end] of after.entries()) {
    const start = before[at];
    if (end === null || start === null || start === undefined) return null;
    micros += end.cpuMicros - start.cpuMicros;
  }
  return micros;
}
