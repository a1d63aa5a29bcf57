/** Whether this Redis can hold deliveries safely, and how much waits in it. */
import { HooklaneError } from '@hooklane/core';
import { type StoreContext, withinSeconds } from './store-context.ts';

/** What waits. */
export interface Backlog {
  /** Lanes that have work now or later. */
  lanes: number;
  openLanes: number;
  /** Deliveries in lanes: due, being tried, or waiting for a retry; counted in at most 10,000 lanes. */
  waiting: number;
  oldestDueAgeMs: number;
  deadLetters: number;
}

const MINIMUM_VERSION = [6, 2] as const;
const MOST_LANES_COUNTED = 10_000;

function infoField(info: string, name: string): string | null {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null;
}

function versionProblem(version: string | null): string | null {
  if (version === null) return 'Redis does not say its version.';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needMajor, needMinor] = MINIMUM_VERSION;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return null;
  return `Redis ${version} is too old: Hooklane needs ${needMajor}.${needMinor} or later.`;
}

/** Looks at version and eviction policy. Never throws: an unreachable Redis is a problem like others. */
export async function checkRedis(
  context: StoreContext,
): Promise<{ ok: boolean; version: string | null; problems: string[] }> {
  const problems: string[] = [];
  let version: string | null = null;
  try {
    const info = await withinSeconds(
      2,
      context.call((redis) => redis.info()),
    );
    version = infoField(info, 'redis_version');
    const wrong = versionProblem(version);
    if (wrong) problems.push(wrong);
    const policy = infoField(info, 'maxmemory_policy');
    if (policy !== null && policy !== 'noeviction') {
      problems.push(
        `maxmemory-policy is ${policy}: Redis may throw deliveries away. Set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in redis.conf).`,
      );
    }
    if (infoField(info, 'role') === 'slave')
      problems.push('This Redis is a replica: Hooklane must write. Use the primary.');
  } catch (error) {
    problems.push(error instanceof Error ? error.message : 'Redis cannot be reached.');
  }
  return { ok: problems.length === 0, version, problems };
}

/** Counts for gauges: lanes, what waits in them, dead letters. */
export async function readBacklog(context: StoreContext): Promise<Backlog> {
  const { keys } = context;
  const now = context.clock?.() ?? Date.now();
  const [lanes, openLanes, deadLetters, reply] = await Promise.all([
    context.call((redis) => redis.zcard(keys.lanes)),
    context.call((redis) => redis.scard(keys.openLanes)),
    context.call((redis) => redis.zcard(keys.dead)),
    context.run('backlog', [MOST_LANES_COUNTED]),
  ]);
  const [waiting, oldest] = reply as [number, string];
  const oldestDueAgeMs = oldest === '' ? 0 : Math.max(0, now - Number(oldest));
  return { lanes, openLanes, waiting, oldestDueAgeMs, deadLetters };
}

/**
 * Holds this program's key against the one that wrote the secrets in Redis; the first program to come leaves its mark.
 * Throws `secret_key_mismatch`.
 */
export async function checkSecretKey(context: StoreContext): Promise<void> {
  const mine = context.secrets.fingerprint;
  const known = await context.call(async (redis) => {
    await redis.hsetnx(context.keys.meta, 'secretKey', mine);
    return redis.hget(context.keys.meta, 'secretKey');
  });
  if (known === mine) return;
  throw new HooklaneError('secret_key_mismatch', {
    field: 'HOOKLANE_SECRET_KEY',
    detail:
      'The secrets in this Redis were encrypted with another HOOKLANE_SECRET_KEY. Give every server and worker the same key.',
  });
}
