/** The catalog of queues, and the only importer of BullMQ. */
export { openShardedWakes, readAllDepths } from './sharded-wakes.ts';
export type { QueueDepth } from './read-depths.ts';
/** For whoever attaches a worker of their own to the queue `dead-letters`. @public */
export { queuePrefix } from './catalog.ts';
export type { QueueData, QueueKey } from './catalog.ts';
export { connectQueues } from './connection.ts';
export type { ConnectOptions, QueueConnection, QueueRole } from './connection.ts';
export { openEventQueue } from './event-queue.ts';
export type { EventQueue } from './event-queue.ts';
export { closeIntake } from './intake.ts';
export { MAX_BODY_BYTES_PER_JOB, MAX_EVENTS_PER_JOB } from './job-data.ts';
export { runHousekeeping } from './run-housekeeping.ts';
export type { Housekeeping } from './run-housekeeping.ts';
export type { LaneHint } from './job-data.ts';
export type { RunningWorker } from './run-jobs.ts';
export { runEventWorker, runLaneWorker, runRedriveWorker } from './run-workers.ts';
export type { EventRun, LaneRun, RedriveRun } from './run-workers.ts';
export { openLetterMover } from './move-letters.ts';
export { openWakes } from './wakes.ts';
export type { Wakes } from './wakes.ts';
