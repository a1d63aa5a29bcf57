/**
 * The queues of a shard, as one literal: what a job carries, how it is retried, what is kept of it.
 * Data is parsed at both ends. Events and lanes are the way of every event, so their parsers only look at the
 * structure; that the content is right was decided when the event was accepted.
 */
import type { DeadLetter } from '@hooklane/core';
import type { JobsOptions } from 'bullmq';
import {
  parseDeadLetter,
  parseEventBatch,
  parseHousekeeping,
  parseLaneHint,
  parseRedriveOrder,
} from './job-data.ts';
import type { EventBatch, HousekeepingTask, LaneHint, RedriveOrder } from './job-data.ts';

interface QueueEntry<Data> {
  /** The name in Redis, after the prefix. */
  name: string;
  /** Returns the data, or throws a {@link BadJobData} that says what is wrong. */
  parse: (data: unknown) => Data;
  /** How its jobs are retried and kept. */
  job: JobsOptions;
}

/** What is kept of jobs. The history of deliveries is kept by the store, not by BullMQ. */
const KEPT = { removeOnComplete: true, removeOnFail: { count: 1000 }, stackTraceLimit: 0 } as const;

/** An accepted event is never given up because Redis or the store failed; the delay is {@link retryJobDelay}. */
const UNTIL_IT_WORKS = { attempts: 1_000_000, backoff: { type: 'custom' } } as const;

/** All queues of a shard. */
export const QUEUES = {
  /** Accepted events, several per job under load. */
  events: { name: 'events', parse: parseEventBatch, job: { ...KEPT, ...UNTIL_IT_WORKS } },
  /** Lanes with work. A job is a hint: one that fails is made good by the sweep. */
  lanes: { name: 'lanes', parse: parseLaneHint, job: { ...KEPT, attempts: 1 } },
  /** The same for lanes that are open or slow, so that healthy lanes never wait for them. */
  'slow-lanes': { name: 'slow-lanes', parse: parseLaneHint, job: { ...KEPT, attempts: 1 } },
  /** Job id = delivery id. No worker of ours; a letter stays until it is removed. Anyone may attach a worker. */
  'dead-letters': {
    name: 'dead-letters',
    parse: parseDeadLetter,
    job: { ...KEPT, attempts: 1, removeOnFail: false },
  },
  /** Bulk actions on dead letters. Job id = redrive id. */
  redrives: {
    name: 'redrives',
    parse: parseRedriveOrder,
    job: { ...KEPT, ...UNTIL_IT_WORKS, attempts: 1000 },
  },
  /** The sweep and the pruning, from job schedulers. The next round makes good what a failed one missed. */
  housekeeping: { name: 'housekeeping', parse: parseHousekeeping, job: { ...KEPT, attempts: 1 } },
} as const satisfies Record<
  string,
  QueueEntry<EventBatch | LaneHint | DeadLetter | RedriveOrder | HousekeepingTask>
>;

/** A queue of {@link QUEUES}. */
export type QueueKey = keyof typeof QUEUES;

/** What a job of the queue carries. */
export type QueueData<Key extends QueueKey> = ReturnType<(typeof QUEUES)[Key]['parse']>;

/** How often the job schedulers of the queue `housekeeping` fire, ms. */
export const SCHEDULES = { sweep: 5_000, prune: 60_000 } as const satisfies Record<
  HousekeepingTask['task'],
  number
>;

/** How many entries BullMQ's own event stream of a queue keeps, about. Nobody reads it; 10,000 is BullMQ's default. */
export const MAX_STREAM_EVENTS = 1000;

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 30_000;

/** ms before try `attempt + 1` of a job; `attempt` counts from 1. Doubles from 250 ms to 30 s, spread by ±20 %. */
export function retryJobDelay(attempt: number, random01: number): number {
  const plain = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 20), LONGEST_RETRY_MS);
  return Math.round(plain * (0.8 + 0.4 * random01));
}

/**
 * The prefix of BullMQ's keys of a shard. The hash tag keeps all keys of a shard on one node of a Redis Cluster.
 * `shard`: 0 to 16383.
 */
export function queuePrefix(shard: number): string {
  if (!Number.isInteger(shard) || shard < 0 || shard > 16_383) {
    throw new RangeError(`A shard is a whole number from 0 to 16383; this one is ${shard}.`);
  }
  return `{h${shard}}:bull`;
}
