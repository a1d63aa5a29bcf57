/** A bulk action over several shards: the same order on each, with one progress. */
import { MOST_LISTED, type RedriveJob, type Redrives } from '../redrives.ts';
import type { ShardMap } from './shard-map.ts';

/** The calls of {@link Redrives} that servers use. */
export function shardedRedrives(
  map: ShardMap,
): Pick<Redrives, 'createRedrive' | 'getRedrive' | 'listRedrives'> {
  return {
    async createRedrive(job) {
      const stamp = map.home.redrives.newRedrive();
      const shards = await map.wanted(job.filter);
      // What matched is told once: whoever reads it adds up.
      const orders = await Promise.all(
        shards.map((shard, i) =>
          map.at(shard).redrives.createRedrive({ ...job, matched: i === 0 ? job.matched : 0 }, stamp),
        ),
      );
      return combine(orders);
    },
    async getRedrive(id) {
      const orders = (await map.all((store) => store.redrives.getRedrive(id))).filter(
        (order) => order !== null,
      );
      return orders.length === 0 ? null : combine(orders);
    },
    async listRedrives() {
      const lists = await map.all((store) => store.redrives.listRedrives());
      const byId = Map.groupBy(lists.flat(), ({ id }) => id);
      return [...byId.values()]
        .map(combine)
        .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
        .slice(0, MOST_LISTED);
    },
  };
}

/** It waits as long as nobody has begun, and is done when all are. */
function combine(orders: readonly RedriveJob[]): RedriveJob {
  const [first] = orders;
  if (first === undefined) throw new RangeError('An order is on one shard at least.');
  const sum = (field: 'matched' | 'done'): number => orders.reduce((total, order) => total + order[field], 0);
  const isDone = orders.every(({ state }) => state === 'done');
  const waits = orders.every(({ state }) => state === 'waiting');
  return {
    ...first,
    state: isDone ? 'done' : waits ? 'waiting' : 'running',
    matched: sum('matched'),
    done: sum('done'),
    createdAt: Math.min(...orders.map(({ createdAt }) => createdAt)),
    finishedAt: isDone ? Math.max(...orders.map(({ finishedAt }) => finishedAt ?? 0)) : null,
  };
}
