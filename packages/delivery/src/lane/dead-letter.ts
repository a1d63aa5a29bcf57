/** A dead letter out of a settlement. */
import {
  type DeadLetter,
  type EventType,
  type Settlement,
  type WebhookTarget,
  deliveryId,
} from '@hooklane/core';

/** The letters among settlements; what nobody wants any more is none. */
export function deadLettersOf(
  webhook: WebhookTarget,
  settlements: readonly Settlement[],
  now: number,
): DeadLetter[] {
  // An operational event leaves none: its notice is kept anyway.
  if (webhook.purpose === 'notifications') return [];
  const letters: DeadLetter[] = [];
  for (const { delivery, attempt, disposition } of settlements) {
    if (disposition.kind !== 'dead' || disposition.reason === 'webhook_deleted') continue;
    letters.push({
      deliveryId: deliveryId(delivery.eventId, webhook.id),
      eventId: delivery.eventId,
      webhookId: webhook.id,
      account: webhook.account,
      scope: webhook.scope,
      event: delivery.type as EventType,
      reason: disposition.reason,
      attempts: attempt?.number ?? delivery.tries,
      lastStatusCode: attempt?.statusCode ?? null,
      diedAt: new Date(now).toISOString(),
    });
  }
  return letters;
}
