/** Deliveries, attempts and what becomes of them: DESIGN section 1. */
import type { EventType, Scope } from './event.ts';

/** The one spelling of a delivery's status. */
export type DeliveryStatus = 'pending' | 'retrying' | 'delivered' | 'dead';

/** All delivery statuses. */
export const DELIVERY_STATUSES = [
  'pending',
  'retrying',
  'delivered',
  'dead',
] as const satisfies readonly DeliveryStatus[];

/** What the world did in one attempt. */
export type Outcome =
  'ok' | 'rejected' | 'throttled' | 'gone' | 'timeout' | 'unreachable' | 'blocked' | 'interrupted';

/** All outcomes. */
export const OUTCOMES = [
  'ok',
  'rejected',
  'throttled',
  'gone',
  'timeout',
  'unreachable',
  'blocked',
  'interrupted',
] as const satisfies readonly Outcome[];

/** Whose fault a failure is. `ours` never costs an attempt and never counts against a webhook. */
export type Fault = 'receiver' | 'network' | 'ours';

/**
 * Why a delivery was given up.
 * `exhausted`: the retry schedule ended. `gone`: 410. `blocked`: address guard or a URL that cannot be called.
 * `lane_open`: its whole schedule passed while the endpoint was down and its lane open.
 * `webhook_deleted`: nobody wants it any more; it is not a dead letter. `discarded`: a person said so.
 */
export type DeadReason = 'exhausted' | 'gone' | 'blocked' | 'lane_open' | 'webhook_deleted' | 'discarded';

/** All reasons. */
export const DEAD_REASONS = [
  'exhausted',
  'gone',
  'blocked',
  'lane_open',
  'webhook_deleted',
  'discarded',
] as const satisfies readonly DeadReason[];

/**
 * Why a dead letter can have died. The other reasons leave none: what is owed to a deleted webhook is given up for good,
 * and what a person discarded is one no more.
 */
export const LETTER_REASONS = [
  'exhausted',
  'gone',
  'blocked',
  'lane_open',
] as const satisfies readonly DeadReason[];

/** What we decide after an attempt. Times are ms since the epoch. */
export type Disposition =
  { kind: 'delivered' } | { kind: 'retry'; at: number } | { kind: 'dead'; reason: DeadReason };

/** What a receiver answered, as it is kept: headers and at most 16 KiB of the body. */
export interface ResponseExcerpt {
  headers: Record<string, string>;
  body: string;
  truncated: boolean;
}

/** One HTTP try of a delivery, as it is recorded. */
export interface Attempt {
  /** Counted from 1 over the life of the delivery. */
  number: number;
  /** ms since the epoch. */
  startedAt: number;
  durationMs: number;
  outcome: Outcome;
  /** null when the outcome is `ok`. */
  fault: Fault | null;
  statusCode: number | null;
  /** A code and a sentence; null when a status tells all. */
  error: { code: string; message: string } | null;
  /** Kept for failures and for test sends; null for other successes. */
  response: ResponseExcerpt | null;
}

/** How many bytes of a response body are kept. */
export const MAX_RESPONSE_EXCERPT_BYTES = 16 * 1024;

/** The duty to bring one event to one webhook, with its state. Times are ms since the epoch. */
export interface Delivery {
  /** `<event id>.<webhook id>`, derived, never stored twice. */
  id: string;
  eventId: string;
  webhookId: string;
  account: string;
  scope: Scope;
  event: EventType;
  status: DeliveryStatus;
  /** Set when the status is `dead`. */
  reason: DeadReason | null;
  createdAt: number;
  /** Set while `pending` or `retrying`. */
  nextAttemptAt: number | null;
  /** How many tries it had. */
  attemptCount: number;
  /** Of the last try. */
  lastStatusCode: number | null;
  lastOutcome: Outcome | null;
  lastAttemptAt: number | null;
}

/** Separates the two ids of a delivery id; it occurs in neither. */
const DELIVERY_ID_SEPARATOR = '.';

/** The id of a delivery. */
export function deliveryId(eventId: string, webhookId: string): string {
  return eventId + DELIVERY_ID_SEPARATOR + webhookId;
}

/** The two ids in a delivery id, or null when it is none. */
export function parseDeliveryId(id: string): { eventId: string; webhookId: string } | null {
  const at = id.indexOf(DELIVERY_ID_SEPARATOR);
  if (at <= 0 || at === id.length - 1 || id.includes(DELIVERY_ID_SEPARATOR, at + 1)) return null;
  return { eventId: id.slice(0, at), webhookId: id.slice(at + 1) };
}
