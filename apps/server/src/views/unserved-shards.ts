/** Shards that no worker serves: what is owed there waits. */
import type { WorkerSeen } from '../ports.ts';

/** In rising order. */
export function unservedShards(workers: readonly WorkerSeen[], shards: number): number[] {
  // A worker of a version without shards serves the one that there was.
  const served = new Set(workers.flatMap((worker) => worker.shards ?? [0]));
  return Array.from({ length: shards }, (_, shard) => shard).filter((shard) => !served.has(shard));
}

/** One sentence for an operator; null: every shard is served. */
export function unservedSentence(unserved: readonly number[]): string | null {
  if (unserved.length === 0) return null;
  const names = unserved.length === 1 ? `shard ${unserved[0]}` : `shards ${unserved.join(', ')}`;
  return `No worker serves ${names}: what is owed there waits.`;
}
