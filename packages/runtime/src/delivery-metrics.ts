/** The metrics on the way of an event. */
import { EVENT_TYPES, NOTICE_KINDS, OUTCOMES } from '@hooklane/core';
import type { DeadReason, EventType, Fault, NoticeKind, Outcome } from '@hooklane/core';
import { Counter, Histogram } from '@prometheus-io/client';
import type { Registry } from '@prometheus-io/client';
import { countBy } from './count-by.ts';

/** What became of an event in dispatch. */
export type DispatchResult = 'matched' | 'scope_disabled' | 'no_matching_webhook' | 'duplicate' | 'id_taken';

/** What is counted on the way of an event. All times are ms; they are exposed in seconds. */
export interface DeliveryMetrics {
  /** `hooklane_events_accepted_total{type}` */
  eventAccepted(type: EventType, count?: number): void;
  /** `hooklane_events_dispatched_total{result}` */
  eventDispatched(result: DispatchResult, count?: number): void;
  /** `hooklane_attempts_total{outcome,fault}` and `hooklane_attempt_duration_seconds`. */
  attemptDone(outcome: Outcome, fault: Fault | null, durationMs: number): void;
  /**
   * `hooklane_deliveries_total{result="delivered",reason="none"}` and `hooklane_delivery_latency_seconds`: from the
   * acceptance of the event, or from when the delivery was sent again, to its receipt.
   */
  delivered(latencyMs: number): void;
  /** `hooklane_deliveries_total{result="dead",reason}` */
  dead(reason: DeadReason): void;
  /** `hooklane_notices_total{kind}`: what was told of webhooks that fail, were disabled, or work again. */
  noticeRaised(kind: NoticeKind): void;
}

const DISPATCH_RESULTS: readonly DispatchResult[] = [
  'matched',
  'scope_disabled',
  'no_matching_webhook',
  'duplicate',
  'id_taken',
];
const FAULTS: readonly (Fault | 'none')[] = ['none', 'receiver', 'network', 'ours'];

/** Seconds: a good receiver answers in milliseconds, the deadline of a request is at most one minute. */
const ATTEMPT_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60];

/** Seconds: from a quiet system to the end of the default retry schedule, about three days. */
const LATENCY_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 21_600, 86_400, 259_200,
];

/** The counters and histograms of events and deliveries: a server accepts, a worker does the rest. */
export function createDeliveryMetrics(registries: { server: Registry; worker: Registry }): DeliveryMetrics {
  return { ...eventMetrics(registries), ...attemptMetrics(registries.worker) };
}

function eventMetrics({
  server,
  worker,
}: {
  server: Registry;
  worker: Registry;
}): Pick<DeliveryMetrics, 'eventAccepted' | 'eventDispatched'> {
  const accepted = countBy<EventType>(
    server,
    { name: 'hooklane_events_accepted_total', help: 'Events that the API took.', label: 'type' },
    EVENT_TYPES,
  );
  const dispatched = countBy(
    worker,
    { name: 'hooklane_events_dispatched_total', help: 'What became of events in dispatch.', label: 'result' },
    DISPATCH_RESULTS,
  );
  return {
    eventAccepted: (type, count) => accepted[type](count),
    eventDispatched: (result, count) => dispatched[result](count),
  };
}

function attemptMetrics(
  registry: Registry,
): Pick<DeliveryMetrics, 'attemptDone' | 'delivered' | 'dead' | 'noticeRaised'> {
  const attempts = countAttempts(registry);
  const duration = new Histogram({
    name: 'hooklane_attempt_duration_seconds',
    help: 'How long one HTTP try took.',
    buckets: ATTEMPT_BUCKETS,
    registers: [registry],
  });
  const latency = new Histogram({
    name: 'hooklane_delivery_latency_seconds',
    help: 'From the acceptance of an event to its receipt by a webhook.',
    buckets: LATENCY_BUCKETS,
    registers: [registry],
  });
  const deliveries = countDeliveries(registry);
  const notices = countBy(
    registry,
    {
      name: 'hooklane_notices_total',
      help: 'Notices of webhooks that fail, were disabled, or work again.',
      label: 'kind',
    },
    NOTICE_KINDS,
  );
  return {
    attemptDone: (outcome, fault, durationMs) => {
      attempts(outcome, fault ?? 'none');
      duration.observe(durationMs / 1000);
    },
    delivered: (latencyMs) => {
      deliveries('delivered', 'none');
      latency.observe(Math.max(latencyMs, 0) / 1000);
    },
    dead: (reason) => deliveries('dead', reason),
    noticeRaised: (kind) => notices[kind](),
  };
}

function countAttempts(registry: Registry): (outcome: Outcome, fault: Fault | 'none') => void {
  const counter = new Counter({
    name: 'hooklane_attempts_total',
    help: 'HTTP tries, by what the world did and whose fault it was.',
    labelNames: ['outcome', 'fault'],
    registers: [registry],
  });
  const children = new Map(
    OUTCOMES.map((outcome) => [
      outcome,
      new Map(FAULTS.map((fault) => [fault, counter.labels({ outcome, fault })])),
    ]),
  );
  for (const [outcome, faults] of Object.entries(USUAL_FAULTS)) {
    for (const fault of faults)
      children
        .get(outcome as Outcome)
        ?.get(fault)
        ?.inc(0);
  }
  return (outcome, fault) => children.get(outcome)?.get(fault)?.inc();
}

/** The pairs of the table in docs/lifecycle.md: they start at 0, so that a rate has a beginning. */
const USUAL_FAULTS: Record<Outcome, readonly (Fault | 'none')[]> = {
  ok: ['none'],
  rejected: ['receiver'],
  throttled: ['receiver'],
  gone: ['receiver'],
  timeout: ['receiver', 'network'],
  unreachable: ['network', 'receiver', 'ours'],
  blocked: ['ours'],
  interrupted: ['ours'],
};

const DEAD_REASONS: readonly DeadReason[] = ['exhausted', 'gone', 'blocked', 'lane_open', 'webhook_deleted'];

function countDeliveries(
  registry: Registry,
): (result: 'delivered' | 'dead', reason: DeadReason | 'none') => void {
  const counter = new Counter({
    name: 'hooklane_deliveries_total',
    help: 'Deliveries that came to an end, and why those are dead that are.',
    labelNames: ['result', 'reason'],
    registers: [registry],
  });
  const delivered = counter.labels({ result: 'delivered', reason: 'none' });
  const dead = new Map<string, { inc(by?: number): void }>(
    DEAD_REASONS.map((reason) => [reason, counter.labels({ result: 'dead', reason })]),
  );
  for (const child of [delivered, ...dead.values()]) child.inc(0);
  return (result, reason) => (result === 'delivered' ? delivered : dead.get(reason))?.inc();
}
