/** What travels between a lane in Redis and the worker that runs it: DESIGN section 2, "The lane protocol". */
import type { Attempt, Disposition } from './delivery.ts';
import type { EventType, ScopeKind } from './event.ts';
import type { OperationalEventType } from './notice.ts';
import type { WebhookTarget } from './webhook.ts';

/** Healthy lanes and lanes that are open or slow run from two queues with their own slots. */
export type LanePool = 'lanes' | 'slow-lanes';

/** A hint that a lane has work at a time (ms since the epoch; 0: now). One too many does no harm. */
export interface LaneWake {
  webhookId: string;
  pool: LanePool;
  at: number;
  /** Of a wake for now: when a run has served it already, it ends at once. A timed wake has none. */
  mark?: string;
}

/**
 * The state of a lane's circuit breaker.
 * `closed`: normal. `open`: one probe at a time, not before `probeAt`. `draining`: closed again, window rising.
 */
export interface Breaker {
  state: 'closed' | 'open' | 'draining';
  /** Consecutive faults of receiver or network since the last success. */
  faults: number;
  /** When the first of them was seen, ms since the epoch; 0: none. */
  since: number;
  /** The event of the last fault, so that one stubborn event does not open a lane. */
  lastFaultEvent: string;
  /** How many different events the faults came from; counted up to the threshold. */
  events: number;
  /** While open: when the next probe may go, ms since the epoch. */
  probeAt: number;
  /** How often a probe failed in a row: the exponent of the back-off. */
  probes: number;
  /** Tries in flight at once while draining. */
  window: number;
  /** The endpoint answers slowly: the lane runs among the slow ones. */
  slow: boolean;
}

/** A lane that never saw trouble. */
export const CLOSED_BREAKER: Readonly<Breaker> = {
  state: 'closed',
  faults: 0,
  since: 0,
  lastFaultEvent: '',
  events: 0,
  probeAt: 0,
  probes: 0,
  window: 0,
  slow: false,
};

/** A delivery that was leased to a run: what a try needs. */
export interface DueDelivery {
  eventId: string;
  type: EventType | OperationalEventType;
  /** JSON text, exactly as it came, or that in UTF-8. Nobody changes the bytes: other deliveries have the same. */
  body: string | Uint8Array;
  /** Tries so far; the next one is `tries + 1`. */
  tries: number;
  /** Tries that counted against the retry schedule. */
  charged: number;
  /** When the event was accepted, ms since the epoch. */
  acceptedAt: number;
  /** When its present schedule began (accepted, or redelivered), ms since the epoch. */
  scheduledFrom: number;
  /** A person sent it to see what comes back: the answer is kept, whatever it is. */
  isTest?: boolean;
  /** W3C `traceparent` of what emitted the event. */
  traceparent?: string;
}

/** What one call of `take` answers. */
export type Take =
  | {
      kind: 'work';
      /** null: unchanged since the version that the caller named. */
      webhook: WebhookTarget | null;
      breaker: Breaker;
      due: DueDelivery[];
      /** Leased by a run that died: to be settled as interrupted. */
      interrupted: DueDelivery[];
      /** Waited in the open lane for longer than their whole schedule: to be settled as dead (`lane_open`). */
      lapsed: DueDelivery[];
    }
  /** Nothing is due. The lane sleeps; `wake` says whether the caller must set a wake for `nextDueAt`. */
  | { kind: 'idle'; nextDueAt: number | null; wake: boolean; pool: LanePool }
  /** Nothing is due, but tries of this run are still in flight; the lane stays with it. */
  | { kind: 'nothing_due' }
  /** Another run has the lane. */
  | { kind: 'busy' }
  /** The webhook is disabled: its deliveries wait. */
  | { kind: 'paused' }
  /** The webhook was deleted: what is still owed, to be settled as dead (`webhook_deleted`). Empty: all done. */
  | { kind: 'deleted'; due: DueDelivery[] };

/** What a settled try writes; `attempt` is null when no request was made. */
export interface Settlement {
  /** As it was taken. */
  delivery: DueDelivery;
  attempt: Attempt | null;
  /** W3C `traceparent` that the try carried: its span. */
  traceparent?: string;
  /** Whether the try counts against the retry schedule. */
  charged: boolean;
  disposition: Disposition;
}

/** A dead letter as the BullMQ queue `dead-letters` carries it. */
export interface DeadLetter {
  deliveryId: string;
  eventId: string;
  webhookId: string;
  account: string;
  scope: { kind: ScopeKind; name: string };
  event: EventType;
  reason: string;
  attempts: number;
  lastStatusCode: number | null;
  /** RFC 3339, UTC. */
  diedAt: string;
}
