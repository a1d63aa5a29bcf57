/** What changes on all shards, as one stream; its position has a part for each of them. */
import type { ChangeBatch, Changes } from '../changes.ts';
import type { ShardMap } from './shard-map.ts';

/** Shards that have not said where they begin after so long are away: the stream begins without them, ms. */
const BEGIN_MS = 2000;

/** Stands for a shard whose position is not known. */
const UNKNOWN = '-';

/** The calls of {@link Changes}. */
export function shardedChanges(map: ShardMap): Pick<Changes, keyof Changes> {
  return {
    follow: (signal) => follow(map, signal),
    since: (position) => since(map, position),
  };
}

type Head = { shard: number; result: IteratorResult<ChangeBatch, void> };

async function* follow(map: ShardMap, signal: AbortSignal): AsyncGenerator<ChangeBatch, void, undefined> {
  const feeds = map.stores.map((store) => store.changes.follow(signal));
  const positions = feeds.map(() => UNKNOWN);
  const next = async (shard: number): Promise<Head> => {
    const result = await (feeds[shard] as AsyncGenerator<ChangeBatch, void>).next();
    return { shard, result };
  };
  const heads = new Map(feeds.map((_, shard) => [shard, next(shard)]));
  try {
    for (const { shard, batch } of await begin(heads, signal)) {
      positions[shard] = batch.position;
      heads.set(shard, next(shard));
    }
    yield { position: positions.join('_'), deliveryIds: [], missed: false };
    while (heads.size > 0 && !signal.aborted) {
      const { shard, result } = await Promise.race(heads.values());
      heads.delete(shard);
      if (result.done === true) continue;
      heads.set(shard, next(shard));
      const { position, deliveryIds, missed } = result.value;
      // What changed there before it was heard of is not known.
      const isLate = positions[shard] === UNKNOWN;
      positions[shard] = position;
      yield { position: positions.join('_'), deliveryIds, missed: missed || isLate };
    }
  } finally {
    // Those that wait end with the signal; the rest is told here.
    await Promise.allSettled(signal.aborted ? [...heads.values()] : []);
  }
}

/** The first batches of the shards that answer in time. They are taken out of `heads`. */
async function begin(
  heads: Map<number, Promise<Head>>,
  signal: AbortSignal,
): Promise<{ shard: number; batch: ChangeBatch }[]> {
  const begun: { shard: number; batch: ChangeBatch }[] = [];
  const deadline = Promise.withResolvers<null>();
  const timer = setTimeout(() => deadline.resolve(null), BEGIN_MS);
  const end = (): void => deadline.resolve(null);
  signal.addEventListener('abort', end, { once: true });
  const waiting = new Map(heads);
  while (waiting.size > 0) {
    const head = await Promise.race([...waiting.values(), deadline.promise]);
    if (head === null) break;
    waiting.delete(head.shard);
    heads.delete(head.shard);
    if (head.result.done !== true) begun.push({ shard: head.shard, batch: head.result.value });
  }
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
  return begun;
}

async function since(map: ShardMap, position: string): Promise<ChangeBatch | null> {
  const parts = position.split('_');
  if (parts.length !== map.stores.length || parts.includes(UNKNOWN)) return null;
  const batches = await Promise.all(parts.map((part, shard) => map.at(shard).changes.since(part)));
  const all = batches.filter((batch) => batch !== null);
  if (all.length < batches.length) return null;
  return {
    position: all.map((batch) => batch.position).join('_'),
    deliveryIds: [...new Set(all.flatMap(({ deliveryIds }) => deliveryIds))],
    missed: all.some(({ missed }) => missed),
  };
}
