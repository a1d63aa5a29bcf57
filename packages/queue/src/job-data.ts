/** What jobs carry, and the check that a job carries it. */
import type { AcceptedEvent, DeadLetter } from '@hooklane/core';

/** The most events in one job of the queue `events`. */
export const MAX_EVENTS_PER_JOB = 32;

/** The most bytes of bodies in one job of the queue `events`. A single larger body travels alone. */
export const MAX_BODY_BYTES_PER_JOB = 256 * 1024;

/** Job of the queue `events`: 1 to {@link MAX_EVENTS_PER_JOB} events. */
export interface EventBatch {
  events: AcceptedEvent[];
  /** The job that the same producer wrote before: its events are dispatched before these. */
  after?: string;
}

/** Job of the queues `lanes` and `slow-lanes`: this lane may have work. */
export interface LaneHint {
  webhookId: string;
  /** See `LaneWake`. */
  mark?: string;
}

/** Job of the queue `redrives`: carry out this stored order. */
export interface RedriveOrder {
  redriveId: string;
}

/** Job of the queue `housekeeping`. */
export interface HousekeepingTask {
  task: 'sweep' | 'prune';
}

/** The data of a job are not what the queue carries. The message is short: BullMQ keeps it in Redis. */
export class BadJobData extends Error {
  constructor(problem: string) {
    super(`bad job data: ${problem}`);
    this.name = 'BadJobData';
  }
}

/** Checks the structure of a job of `events`. */
export function parseEventBatch(data: unknown): EventBatch {
  const { events, after } = fieldsOf(data, 'data');
  if (!Array.isArray(events)) throw new BadJobData('events is no list');
  if (events.length === 0 || events.length > MAX_EVENTS_PER_JOB) {
    throw new BadJobData(`events has ${events.length} entries, not 1 to ${MAX_EVENTS_PER_JOB}`);
  }
  for (const event of events) checkEvent(event);
  const batch = { events: events as AcceptedEvent[] };
  return typeof after === 'string' ? { ...batch, after } : batch;
}

function checkEvent(event: unknown): void {
  const fields = fieldsOf(event, 'event');
  const scope = fieldsOf(fields.scope, 'scope');
  for (const name of ['id', 'type', 'account', 'body']) requireText(fields, name);
  for (const name of ['kind', 'name']) requireText(scope, name);
  if (typeof fields.acceptedAt !== 'number' || typeof fields.occurredAt !== 'number') {
    throw new BadJobData('acceptedAt and occurredAt must be numbers');
  }
  if (fields.traceparent !== undefined && typeof fields.traceparent !== 'string') {
    throw new BadJobData('traceparent must be text');
  }
  if (fields.order !== undefined && typeof fields.order !== 'number') {
    throw new BadJobData('order must be a number');
  }
}

/** Checks a job of `lanes` or `slow-lanes`. */
export function parseLaneHint(data: unknown): LaneHint {
  const fields = fieldsOf(data, 'data');
  const { mark } = fields;
  return { webhookId: requireText(fields, 'webhookId'), ...(typeof mark === 'string' ? { mark } : {}) };
}

/** Checks a job of `redrives`. */
export function parseRedriveOrder(data: unknown): RedriveOrder {
  return { redriveId: requireText(fieldsOf(data, 'data'), 'redriveId') };
}

/** Checks a job of `housekeeping`. */
export function parseHousekeeping(data: unknown): HousekeepingTask {
  const { task } = fieldsOf(data, 'data');
  if (task !== 'sweep' && task !== 'prune') throw new BadJobData('task is neither sweep nor prune');
  return { task };
}

/** Checks a job of `dead-letters`. */
export function parseDeadLetter(data: unknown): DeadLetter {
  const fields = fieldsOf(data, 'data');
  const scope = fieldsOf(fields.scope, 'scope');
  for (const name of ['deliveryId', 'eventId', 'webhookId', 'account', 'event', 'reason', 'diedAt']) {
    requireText(fields, name);
  }
  for (const name of ['kind', 'name']) requireText(scope, name);
  if (typeof fields.attempts !== 'number') throw new BadJobData('attempts is no number');
  return data as DeadLetter;
}

function fieldsOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new BadJobData(`${what} is no object`);
  return value as Record<string, unknown>;
}

function requireText(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw new BadJobData(`${name} is missing`);
  return value;
}
