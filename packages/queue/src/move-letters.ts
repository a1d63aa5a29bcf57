/** The letters of accounts that go to another shard, in the queues `dead-letters`. */
import { shardOf } from '@hooklane/core';
import type { DeadLetter } from '@hooklane/core';
import type { Job } from 'bullmq';
import type { QueueConnection } from './connection.ts';
import { openWakes } from './wakes.ts';

/** Letters that nobody works on. What a foreign worker holds, or has failed at, is its own. */
const STATES = ['waiting', 'delayed', 'prioritized'] as const;

const PAGE = 500;

/** Moves letters between the queues of all shards; a part of a move of shards. Each call may be repeated. */
export interface LetterMover {
  copyLetters(from: number, shards: number): Promise<void>;
  dropLetters(shard: number, shards: number): Promise<void>;
  startRedrive(shard: number, redriveId: string): Promise<void>;
}

/** Opens it on the clients of a connection. */
export function openLetterMover(connection: QueueConnection): LetterMover {
  const on = (shard: number): QueueConnection =>
    shard === connection.shard ? connection : connection.onShard(shard);
  return {
    copyLetters: (from, shards) =>
      eachForeign(on(from), { shard: from, shards }, async (letters) => {
        const parts = Map.groupBy(letters, ({ data }) => shardOf(data.account, shards));
        for (const [shard, jobs] of parts)
          await openWakes(on(shard)).addDeadLetters(jobs.map(({ data }) => data));
        return 0;
      }),
    dropLetters: (shard, shards) =>
      eachForeign(on(shard), { shard, shards }, async (letters) => {
        const queue = on(shard).queue('dead-letters');
        const removed = await Promise.all(
          letters.map(({ id = '' }) => queue.remove(id, { removeChildren: false })),
        );
        return removed.filter((count) => count === 1).length;
      }),
    startRedrive: (shard, redriveId) => openWakes(on(shard)).startRedrive(redriveId),
  };
}

/** `handle` returns how many it has removed. */
async function eachForeign(
  connection: QueueConnection,
  { shard, shards }: { shard: number; shards: number },
  handle: (letters: Job<DeadLetter, void>[]) => Promise<number>,
): Promise<void> {
  const queue = connection.queue('dead-letters');
  for (const state of STATES) {
    // The newest first: a foreign worker takes them from the other end, so none is passed over.
    for (let start = 0; ;) {
      const jobs = await connection.run('reading dead letters', () =>
        queue.getJobs([state], start, start + PAGE - 1, false),
      );
      const letters = jobs.filter((job) => isOfAnother(job, shard, shards)) as Job<DeadLetter, void>[];
      const removed = letters.length === 0 ? 0 : await handle(letters);
      if (jobs.length < PAGE) break;
      start += PAGE - removed;
    }
  }
}

function isOfAnother(job: Job<DeadLetter, void> | undefined, shard: number, shards: number): boolean {
  const account: unknown = job?.data.account;
  return typeof account === 'string' && shardOf(account, shards) !== shard;
}
