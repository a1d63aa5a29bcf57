/** Health and backlog over all shards. */
import type { Store } from '../create-store.ts';
import type { Backlog, LaneBacklog } from '../health.ts';
import type { ShardMap } from './shard-map.ts';

/** The sum of what waits on all shards; the oldest is the oldest of all. */
export function sumBacklogs(backlogs: readonly Backlog[]): Backlog {
  const sum = (field: 'lanes' | 'openLanes' | 'slowLanes' | 'waiting' | 'deadLetters'): number =>
    backlogs.reduce((total, backlog) => total + backlog[field], 0);
  const lane = (state: keyof Backlog['byLane']): LaneBacklog => ({
    waiting: backlogs.reduce((total, { byLane }) => total + byLane[state].waiting, 0),
    due: backlogs.reduce((total, { byLane }) => total + byLane[state].due, 0),
    oldestDueAgeMs: Math.max(0, ...backlogs.map(({ byLane }) => byLane[state].oldestDueAgeMs)),
  });
  return {
    lanes: sum('lanes'),
    openLanes: sum('openLanes'),
    slowLanes: sum('slowLanes'),
    waiting: sum('waiting'),
    oldestDueAgeMs: Math.max(0, ...backlogs.map(({ oldestDueAgeMs }) => oldestDueAgeMs)),
    byLane: { healthy: lane('healthy'), slow: lane('slow'), open: lane('open') },
    deadLetters: sum('deadLetters'),
  };
}

/** All must be well. A problem that several shards share, because they are on one Redis, is told once. */
export async function checkAll(map: ShardMap): ReturnType<Store['checkRedis']> {
  const all = await map.all((store) => store.checkRedis());
  const byProblem = new Map<string, number[]>();
  all.forEach(({ problems }, shard) => {
    for (const problem of problems) byProblem.set(problem, [...(byProblem.get(problem) ?? []), shard]);
  });
  return {
    ok: all.every(({ ok }) => ok),
    version: all[0]?.version ?? null,
    problems: [...byProblem].map(([problem, shards]) =>
      shards.length === all.length ? problem : `Shard ${shards.join(', ')}: ${problem}`,
    ),
  };
}

const STEP_CURSOR = /^(\d{1,3}):(\d{1,20})$/;

/** Shard after shard, the home shard last: its mark says which key all secrets are written with. */
export async function rekeyAll(map: ShardMap, cursor: string | null): ReturnType<Store['rekeyStep']> {
  const [, shardText, place] = STEP_CURSOR.exec(cursor ?? '') ?? [];
  const last = map.stores.length - 1;
  const shard = Math.min(last, Number(shardText ?? last));
  const step = await map.at(shard).rekeyStep(place ?? null);
  if (step.next !== null) return { ...step, next: `${shard}:${step.next}` };
  return { ...step, next: shard === 0 ? null : `${shard - 1}:0` };
}
