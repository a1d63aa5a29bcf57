/** Events that a producer put into the queue of another shard, because it was given another number of shards. */
import { type AcceptedEvent, shardOf } from '@hooklane/core';
import { type EventQueue, type QueueConnection, openEventQueue } from '@hooklane/queue';

/** What a worker needs for it. */
export interface PassOnDeps {
  /** Of the queue that the events came from. */
  queues: QueueConnection;
  /** How many shards there are. */
  shards: number;
  /** Dispatches events of this shard. */
  dispatch: (events: AcceptedEvent[]) => Promise<void>;
  /** Counts what was passed on. */
  onPassedOn: (events: number) => void;
}

/**
 * Handles the batches of one queue: what is of another shard goes to the queue of that one, in the same order, and the rest
 * is dispatched. It may be repeated: `dispatch` is idempotent by event id, here and there. When the other shard does not
 * take its events, it throws, and the batch comes again.
 */
export function passOn({ queues, shards, dispatch, onPassedOn }: PassOnDeps) {
  const targets = new Map<number, EventQueue>();
  const queueOf = (shard: number): EventQueue => {
    let queue = targets.get(shard);
    if (queue === undefined) {
      queue = openEventQueue(queues.onShard(shard), { keepOrder: true });
      targets.set(shard, queue);
    }
    return queue;
  };
  return async (events: AcceptedEvent[]): Promise<void> => {
    const isMine = ({ account }: AcceptedEvent): boolean => shardOf(account, shards) === queues.shard;
    if (events.every(isMine)) return dispatch(events);
    const parts = Map.groupBy(events, ({ account }) => shardOf(account, shards));
    for (const [shard, part] of parts) {
      if (shard === queues.shard) {
        await dispatch(part);
      } else {
        await queueOf(shard).add(part);
        onPassedOn(part.length);
      }
    }
  };
}
