/** Hints and dead letters over the queues of all shards. */
import { parseDeliveryId } from '@hooklane/core';
import type { QueueConnection } from './connection.ts';
import { type QueueDepth, readDepths } from './read-depths.ts';
import type { QueueKey } from './catalog.ts';
import { type Wakes, openWakes } from './wakes.ts';

/** The shard of a webhook; null: there is no such webhook. */
export type LocateWebhook = (webhookId: string) => Promise<number | null>;

/** What servers write. */
export type ShardedWakes = Pick<Wakes, 'wake' | 'startRedrive' | 'removeDeadLetters'>;

/** Opens the writing ends of all shards. A redrive begins on all of them: one without an order there ends at once. */
export function openShardedWakes(
  connections: readonly QueueConnection[],
  locate: LocateWebhook,
): ShardedWakes {
  const all = connections.map(openWakes);
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  return {
    async wake(wakes) {
      const shards = await Promise.all(wakes.map(({ webhookId }) => locate(webhookId)));
      const byShard = Map.groupBy(wakes.keys(), (i) => shards[i] ?? null);
      await Promise.all(
        [...byShard].map(async ([shard, indexes]) => {
          // A webhook that is gone has no lane.
          if (shard !== null) await all[shard]?.wake(indexes.flatMap((i) => wakes[i] ?? []));
        }),
      );
    },
    async startRedrive(redriveId) {
      await Promise.all(all.map((one) => one.startRedrive(redriveId)));
    },
    async removeDeadLetters(deliveryIds) {
      const shards = await Promise.all(
        deliveryIds.map(async (id) => {
          const parts = parseDeliveryId(id);
          return parts === null ? null : locate(parts.webhookId);
        }),
      );
      const on = (shard: number): string[] =>
        deliveryIds.filter((_, i) => (shards[i] ?? null) === null || shards[i] === shard);
      await Promise.all(all.map((one, shard) => one.removeDeadLetters(on(shard))));
    },
  };
}

/** Jobs of the queues of all shards together. Throws `redis_unavailable`. */
export async function readAllDepths(
  connections: readonly QueueConnection[],
): Promise<Record<QueueKey, QueueDepth>> {
  const [first, ...others] = await Promise.all(connections.map(readDepths));
  if (first === undefined) throw new RangeError('There is one shard at least.');
  return others.reduce(addDepths, first);
}

function addDepths(
  sum: Record<QueueKey, QueueDepth>,
  more: Record<QueueKey, QueueDepth>,
): Record<QueueKey, QueueDepth> {
  const entries = (Object.keys(sum) as QueueKey[]).map((key): [QueueKey, QueueDepth] => [
    key,
    {
      waiting: sum[key].waiting + more[key].waiting,
      active: sum[key].active + more[key].active,
      delayed: sum[key].delayed + more[key].delayed,
      failed: sum[key].failed + more[key].failed,
    },
  ]);
  return Object.fromEntries(entries) as Record<QueueKey, QueueDepth>;
}
