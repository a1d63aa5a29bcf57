/** What every part of the store works with. */
import { HooklaneError } from '@hooklane/core';
import { isConnectionFailure, nodeOf, whyUnconnected } from '@hooklane/redis';
import type { Redis, RedisClient } from '@hooklane/redis';
import { explainDamage } from './damage.ts';
import { BodyCache } from './body-cache.ts';
import { MemoryBudget } from './memory-budget.ts';
import type { Keys } from './keys.ts';
import { type ScriptName, runScript } from './scripts.ts';
import type { SecretBox } from './secrets.ts';

/** Settings of the store. Times in ms. */
export interface StoreOptions {
  redis: RedisClient;
  secrets: SecretBox;
  /** Shard number; default 0. */
  shard?: number;
  /** How long events and their deliveries are kept; default 7 days, at least 24 h and a day longer than `lapseMs`. */
  retentionMs?: number;
  /** How long the audit log is kept; default 90 days. */
  auditRetentionMs?: number;
  /** Deadline of one request; leases outlast it. Default 15 s. */
  requestTimeoutMs?: number;
  /** Time by which every try of a schedule should have happened; open lanes give up after it. 0: never. */
  lapseMs?: number;
  /** Entries of the log of a webhook; default 1,000. */
  logLength?: number;
  /** A webhook whose every try failed for so long is disabled; 0: never. Default 5 days. */
  disableAfterMs?: number;
  /** The most bytes that Redis may use; 0 (default): its own `maxmemory`. */
  budgetBytes?: number;
  /** A clock for tests; without it scripts use Redis's clock, which all workers share. */
  clock?: () => number;
  /** Hears of every call, for metrics. Must not throw. */
  onCall?: (call: RedisCall) => void;
}

/** One round trip to Redis. */
export interface RedisCall {
  /** The script, or `command` for a plain command. */
  call: ScriptName | 'command';
  /** From the call to the answer, with the time in which Redis was away. */
  durationMs: number;
  ok: boolean;
}

const DAY_MS = 86_400_000;

/** How long a wake may be on its way, and how long a silent run keeps a lane. */
export const AWAKE_MS = 8000;

/** What the parts of the store share. */
export interface StoreContext {
  redis: RedisClient;
  keys: Keys;
  secrets: SecretBox;
  retentionMs: number;
  auditRetentionMs: number;
  leaseMs: number;
  lapseMs: number;
  logLength: number;
  disableAfterMs: number;
  memory: MemoryBudget;
  bodies: BodyCache;
  clock: (() => number) | undefined;
  /** What scripts get as `now`. */
  now: () => number | '';
  run: (name: ScriptName, args: readonly (string | number)[]) => Promise<unknown>;
  /** A plain command, with errors of a lost Redis turned into `redis_unavailable`. */
  call: <T>(command: (redis: RedisClient) => Promise<T>) => Promise<T>;
  /** The same for a command without a key, such as INFO: for the server that has this shard. */
  ask: <T>(command: (redis: Redis) => Promise<T>) => Promise<T>;
}

/** Replies that speak of the state of Redis, not of a bug in a script. */
const TROUBLE_REPLY =
  /^(OOM|READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|NOREPLICAS|MISCONF|BUSY|TRYAGAIN|NOAUTH|NOPERM|WRONGPASS)\b/;

/** Whether Redis or the way to it failed; all else is a bug. */
function isRedisTrouble(error: Error): boolean {
  return error.name === 'ReplyError' ? TROUBLE_REPLY.test(error.message) : isConnectionFailure(error);
}

function translate(error: unknown, redis: RedisClient): unknown {
  if (error instanceof HooklaneError || !(error instanceof Error) || !isRedisTrouble(error)) return error;
  const why = (error.name === 'ReplyError' ? undefined : whyUnconnected(redis)) ?? error.message;
  const detail = `Redis cannot be used (${why}). Nothing was changed for certain; try again.`;
  return new HooklaneError('redis_unavailable', { detail, cause: error });
}

/** Builds the context. */
export function createContext(options: StoreOptions, keys: Keys): StoreContext {
  const timed = async <T>(
    name: RedisCall['call'],
    command: (redis: RedisClient) => Promise<T>,
    args: readonly (string | number)[] = [],
  ): Promise<T> => {
    const begun = performance.now();
    let ok = false;
    try {
      const answer = await command(options.redis);
      ok = true;
      return answer;
    } catch (error) {
      const damage = await explainDamage(error, { redis: options.redis, keys, args });
      throw damage ?? translate(error, options.redis);
    } finally {
      options.onCall?.({ call: name, durationMs: performance.now() - begun, ok });
    }
  };
  return {
    redis: options.redis,
    keys,
    secrets: options.secrets,
    // What waits in an open lane is not lost before it lapses.
    auditRetentionMs: options.auditRetentionMs ?? 90 * DAY_MS,
    retentionMs: Math.max(options.retentionMs ?? 7 * DAY_MS, DAY_MS, (options.lapseMs ?? 0) + DAY_MS),
    leaseMs: (options.requestTimeoutMs ?? 15_000) + 10_000,
    lapseMs: options.lapseMs ?? 0,
    logLength: options.logLength ?? 1000,
    disableAfterMs: options.disableAfterMs ?? 5 * DAY_MS,
    memory: new MemoryBudget(options.budgetBytes ?? 0),
    bodies: new BodyCache(),
    clock: options.clock,
    now: () => options.clock?.() ?? '',
    run: (name, args) => timed(name, (redis) => runScript(redis, name, keys.prefix, args), args),
    call: (command) => timed('command', command),
    ask: (command) => timed('command', async (redis) => command(await nodeOf(redis, keys.meta))),
  };
}

/** Fails with `redis_unavailable` when the work takes longer. */
export async function withinSeconds<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const detail = `Redis did not answer within ${seconds} s.`;
    timer = setTimeout(() => reject(new HooklaneError('redis_unavailable', { detail })), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
