/** One wide log line and the metrics for every event dispatched and every attempt settled. */
import type { AcceptedEvent, Settlement, WebhookTarget } from '@hooklane/core';
import { deliveryId } from '@hooklane/core';
import type { DispatchedAs } from '@hooklane/delivery';
import type { Logger, Metrics } from '@hooklane/runtime';

/** The hooks of dispatch, lanes and jobs. */
export interface Hooks {
  onDispatched: (event: AcceptedEvent, result: DispatchedAs) => void;
  lane: {
    onSettled: (webhook: WebhookTarget, settlement: Settlement) => void;
    onBug: (error: unknown) => void;
  };
  onBadJob: (reason: string) => void;
}

/** Makes the hooks. A first try that went well is logged at debug only: at full load that is thousands a second. */
export function observe(logger: Logger, metrics: Metrics): Hooks {
  return {
    onDispatched(event, result) {
      metrics.eventDispatched('none' in result ? result.none : 'matched');
      const { id, type, account, scope } = event;
      const quiet = !('none' in result) || result.none === 'duplicate';
      const taken = 'none' in result && result.none === 'id_taken';
      logger[taken ? 'warn' : quiet ? 'debug' : 'info'](
        { event: id, type, account, scope, ...result },
        'event.dispatched',
      );
    },
    lane: {
      onSettled(webhook, settlement) {
        count(metrics, settlement);
        logAttempt(logger, webhook, settlement);
      },
      onBug: (error) => logger.error({ err: error }, 'lane.bug'),
    },
    onBadJob: (reason) =>
      logger.error({ reason }, 'a job of the queue events cannot be read; it was put aside'),
  };
}

function count(metrics: Metrics, { attempt, disposition, delivery }: Settlement): void {
  if (attempt) metrics.attemptDone(attempt.outcome, attempt.fault, attempt.durationMs);
  if (disposition.kind === 'delivered' && attempt) {
    metrics.delivered(attempt.startedAt + attempt.durationMs - delivery.acceptedAt);
  }
  if (disposition.kind === 'dead') metrics.dead();
}

function logAttempt(logger: Logger, webhook: WebhookTarget, settlement: Settlement): void {
  const { attempt, delivery, disposition } = settlement;
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
      disposition: disposition.kind,
      ...(disposition.kind === 'dead' ? { reason: disposition.reason } : {}),
      ...(disposition.kind === 'retry' ? { retryAt: new Date(disposition.at).toISOString() } : {}),
    },
    'delivery.attempted',
  );
}
