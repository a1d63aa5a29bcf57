/** Whether this Redis can hold deliveries safely, and how much waits in it. */
import { HooklaneError } from '@hooklane/core';
import { memorySentence } from './memory-budget.ts';
import { type StoreContext, withinSeconds } from './store-context.ts';

/** What waits in lanes of one state. */
export interface LaneBacklog {
  /** Due, being tried, or waiting for a retry. */
  waiting: number;
  /** Could go now. */
  due: number;
  /** How long the first of the due ones has been due; 0: none is. */
  oldestDueAgeMs: number;
}

/** What waits. */
export interface Backlog {
  /** Lanes that have work now or later. */
  lanes: number;
  openLanes: number;
  slowLanes: number;
  /** Deliveries in lanes: due, being tried, or waiting for a retry; counted in at most 10,000 lanes. */
  waiting: number;
  oldestDueAgeMs: number;
  /** The same apart: `open` lanes wait for their endpoint, and so do `slow` ones; in `healthy` ones they wait for us. */
  byLane: Record<'healthy' | 'slow' | 'open', LaneBacklog>;
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

/** Looks at version, eviction policy and memory. Never throws: an unreachable Redis is a problem like others. */
export async function checkRedis(
  context: StoreContext,
): Promise<{ ok: boolean; version: string | null; problems: string[] }> {
  const problems: string[] = [];
  // What an operator must know although the program is ready: it delivers, and a refused event is told why.
  const notes: string[] = [];
  let version: string | null = null;
  try {
    const info = await withinSeconds(
      2,
      context.ask((redis) => redis.info()),
    );
    version = infoField(info, 'redis_version');
    const memory = memorySentence(context.memory.judge(info));
    if (memory) notes.push(memory);
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
  return { ok: problems.length === 0, version, problems: [...problems, ...notes] };
}

/**
 * Counts for gauges: lanes, what waits in them, dead letters. `maxAgeMs`: how old what is said of lanes may be; with
 * more than 0 everybody who asks shares one count.
 */
export async function readBacklog(context: StoreContext, maxAgeMs = 0): Promise<Backlog> {
  const { keys } = context;
  const now = context.clock?.() ?? Date.now();
  const [lanes, openLanes, slowLanes, deadLetters, reply] = await Promise.all([
    context.call((redis) => redis.zcard(keys.lanes)),
    context.call((redis) => redis.scard(keys.openLanes)),
    context.call((redis) => redis.scard(keys.slowLanes)),
    context.call((redis) => redis.zcard(keys.dead)),
    context.run('backlog', [context.now(), MOST_LANES_COUNTED, maxAgeMs]),
  ]);
  const counts = reply as (number | string)[];
  const of = (at: number): LaneBacklog => {
    const oldest = counts[at + 2] ?? '';
    return {
      waiting: Number(counts[at]),
      due: Number(counts[at + 1]),
      oldestDueAgeMs: oldest === '' ? 0 : Math.max(0, now - Number(oldest)),
    };
  };
  const byLane = { healthy: of(0), slow: of(3), open: of(6) };
  const all = Object.values(byLane);
  return {
    lanes,
    openLanes,
    slowLanes,
    waiting: all.reduce((sum, { waiting }) => sum + waiting, 0),
    oldestDueAgeMs: Math.max(...all.map(({ oldestDueAgeMs }) => oldestDueAgeMs)),
    byLane,
    deadLetters,
  };
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
  if (known === mine || context.secrets.otherFingerprints.includes(known ?? '')) return;
  throw new HooklaneError('secret_key_mismatch', {
    field: 'HOOKLANE_SECRET_KEY',
    detail:
      'The secrets in this Redis were encrypted with another HOOKLANE_SECRET_KEY. Give every server and worker the same key.',
  });
}
