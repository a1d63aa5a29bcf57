/** One wide log line and the metrics for every event dispatched and every attempt settled. */
import type { AcceptedEvent, Notice, Settlement, WebhookTarget } from '@hooklane/core';
import { deliveryId } from '@hooklane/core';
import type { DispatchedAs } from '@hooklane/delivery';
import { type QueueConnection, readAllDepths } from '@hooklane/queue';
import type { Logger, Metrics, Settings, Tracing } from '@hooklane/runtime';
import { type Store, createShardedStore } from '@hooklane/store';

/** The hooks of dispatch, lanes and jobs. */
export interface Hooks {
  onDispatched: (event: AcceptedEvent, result: DispatchedAs) => void;
  lane: {
    onSettled: (webhook: WebhookTarget, settlement: Settlement) => void;
    onNotice: (notice: Notice) => void;
    onBug: (error: unknown) => void;
  };
  onBadJob: (reason: string) => void;
}

/** Makes the hooks. A first try that went well is logged at debug only: at full load that is thousands a second. */
export function observe(logger: Logger, metrics: Metrics, tracing: Tracing | null): Hooks {
  return {
    onDispatched(event, result) {
      metrics.eventDispatched('none' in result ? result.none : 'matched');
      const { id, type, account, scope, body, traceparent } = event;
      const quiet = !('none' in result) || result.none === 'duplicate';
      const taken = 'none' in result && result.none === 'id_taken';
      const level = taken ? 'warn' : quiet ? 'debug' : 'info';
      if (!logger.isLevelEnabled(level)) return;
      logger[level](
        {
          event: id,
          type,
          account,
          scope,
          bytes: Buffer.byteLength(body),
          trace: traceIdOf(traceparent),
          ...result,
        },
        'event.dispatched',
      );
    },
    lane: {
      onSettled(webhook, settlement) {
        count(metrics, settlement);
        if (tracing) traceAttempt(tracing, webhook, settlement);
        logAttempt(logger, webhook, settlement);
      },
      onNotice(notice) {
        metrics.noticeRaised(notice.kind);
        const { id, kind, account, webhook, reason, streak, last, message } = notice;
        const level = kind.endsWith('.recovered') ? 'info' : 'warn';
        logger[level]({ notice: id, account, webhook, reason, streak, last, detail: message }, kind);
      },
      onBug(error) {
        metrics.bug();
        logger.error({ err: error }, 'lane.bug');
      },
    },
    onBadJob(reason) {
      metrics.badJob();
      logger.error({ reason }, 'a job of the queue events cannot be read; it was put aside');
    },
  };
}

function count(metrics: Metrics, { attempt, disposition, delivery }: Settlement): void {
  if (attempt) metrics.attemptDone(attempt.outcome, attempt.fault, attempt.durationMs);
  if (disposition.kind === 'delivered' && attempt) {
    metrics.delivered(attempt.startedAt + attempt.durationMs - delivery.scheduledFrom);
  }
  if (disposition.kind === 'dead') metrics.dead(disposition.reason);
}

function traceAttempt(tracing: Tracing, webhook: WebhookTarget, settlement: Settlement): void {
  const { attempt, delivery, disposition, traceparent } = settlement;
  if (!attempt || traceparent === undefined) return;
  tracing.record({
    traceparent,
    parent: delivery.traceparent ?? null,
    startedAt: attempt.startedAt,
    durationMs: attempt.durationMs,
    outcome: attempt.outcome,
    fault: attempt.fault,
    attributes: {
      'hooklane.event.id': delivery.eventId,
      'hooklane.event.type': delivery.type,
      'hooklane.webhook.id': webhook.id,
      'hooklane.account': webhook.account,
      'hooklane.attempt': attempt.number,
      'hooklane.disposition': disposition.kind,
      'http.request.method': 'POST',
      // The path of a webhook is often its password.
      'server.address': URL.parse(webhook.url)?.hostname ?? '',
      ...(attempt.statusCode === null ? {} : { 'http.response.status_code': attempt.statusCode }),
      ...(attempt.error === null ? {} : { 'error.type': attempt.error.code }),
    },
  });
}

/** The id of the trace, to find it by. */
function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent?.split('-')[1];
}

function logAttempt(logger: Logger, webhook: WebhookTarget, settlement: Settlement): void {
  const { attempt, delivery, disposition, traceparent } = settlement;
  const calm = disposition.kind === 'delivered' && delivery.tries === 0;
  const level = calm ? 'debug' : disposition.kind === 'dead' ? 'warn' : 'info';
  if (!logger.isLevelEnabled(level)) return;
  logger[level](
    {
      delivery: deliveryId(delivery.eventId, webhook.id),
      webhook: webhook.name,
      account: webhook.account,
      scope: webhook.scope,
      attempt: attempt?.number,
      outcome: attempt?.outcome,
      fault: attempt?.fault,
      status: attempt?.statusCode,
      error: attempt?.error?.code,
      durationMs: attempt?.durationMs,
      latencyMs: attempt && Math.round(attempt.startedAt + attempt.durationMs - delivery.scheduledFrom),
      trace: traceIdOf(traceparent),
      disposition: disposition.kind,
      ...(disposition.kind === 'dead' ? { reason: disposition.reason } : {}),
      ...(disposition.kind === 'retry' ? { retryAt: new Date(disposition.at).toISOString() } : {}),
    },
    'delivery.attempted',
  );
}

/** What gauges read. */
export interface GaugeSources {
  settings: Settings;
  metrics: Metrics;
  /** Of all shards, in their order, also of those that others serve: every program shows the same sums. */
  stores: readonly Store[];
  queues: readonly QueueConnection[];
  load: () => { triesInFlight: number; window: number };
}

/** Counting lanes costs Redis up to a few ms; all programs that are scraped share one count of this age. */
const GAUGES_MAX_AGE_MS = 5000;

/** Connects the gauges with what they show; it is read when somebody scrapes. */
export function showGauges({ settings, metrics, stores, queues, load }: GaugeSources): void {
  // A shard has one at least.
  const shards = settings.workerShards.length;
  metrics.setLaneSlots('lanes', Math.max(shards, settings.laneSlots));
  metrics.setLaneSlots('slow-lanes', Math.max(shards, settings.slowLaneSlots));
  metrics.setLoadSource(load);
  metrics.setServedShards(settings.workerShards, settings.shards);
  const store = createShardedStore(stores);
  metrics.setBacklogSource(async () => {
    const [backlog, depths, redis] = await Promise.all([
      store.readBacklog(GAUGES_MAX_AGE_MS),
      readAllDepths(queues),
      store.operations.reportRedis(),
    ]);
    return { ...backlog, queues: depths, redis };
  });
}
