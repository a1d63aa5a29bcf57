/** The way of events to the queue of their account's shard. */
import { shardOf } from '@hooklane/core';
import type { AcceptedEvent } from '@hooklane/core';
import { openEventQueue } from '@hooklane/queue';
import type { EventQueue, QueueConnection } from '@hooklane/queue';

/** The queues `events` of all shards. */
export interface ShardedEvents {
  /** The shard of an event. */
  shardOf: (event: AcceptedEvent) => number;
  /** Writes events of one shard. Rejects as the queue does. */
  addTo: (shard: number, batch: readonly AcceptedEvent[], signal?: AbortSignal) => Promise<void>;
  /**
   * Writes events of any shards, those of one shard in their order. Rejects when some of them could not be written;
   * others may have been.
   */
  add: (batch: readonly AcceptedEvent[], signal?: AbortSignal) => Promise<void>;
}

/** Opens them on the clients of one connection. */
export function openShardedEvents(
  connection: QueueConnection,
  { shards, keepOrder }: { shards: number; keepOrder: boolean },
): ShardedEvents {
  const queues = new Map<number, EventQueue>();
  const queueOf = (shard: number): EventQueue => {
    let queue = queues.get(shard);
    if (queue === undefined) {
      queue = openEventQueue(shard === connection.shard ? connection : connection.onShard(shard), {
        keepOrder,
      });
      queues.set(shard, queue);
    }
    return queue;
  };
  const homeOf = ({ account }: AcceptedEvent): number => shardOf(account, shards);
  return {
    shardOf: homeOf,
    addTo: (shard, batch, signal) => queueOf(shard).add(batch, signal),
    async add(batch, signal) {
      const parts = Map.groupBy(batch, homeOf);
      await Promise.all([...parts].map(([shard, events]) => queueOf(shard).add(events, signal)));
    },
  };
}
