/** Deliveries as the API gives them. */
import type { ApiAttempt, ApiDelivery } from '@hooklane/client';
import type { Attempt, Delivery } from '@hooklane/core';
import type { Ports } from '../ports.ts';
import { rfc3339, rfc3339OrNull } from './time.ts';

/** In lists a response's body is cut to this many characters: a page stays readable, and bounded. */
const LISTED_BODY_CHARS = 1024;

/** A delivery with its attempts. `webhookName`: null when the webhook was deleted. */
export function viewDelivery(
  delivery: Delivery,
  attempts: readonly Attempt[],
  webhookName: string | null,
): ApiDelivery {
  return {
    id: delivery.id,
    eventId: delivery.eventId,
    webhookId: delivery.webhookId,
    webhookName,
    account: delivery.account,
    scope: delivery.scope,
    event: delivery.event,
    status: delivery.status,
    reason: delivery.reason,
    createdAt: rfc3339(delivery.createdAt),
    nextAttemptAt: rfc3339OrNull(delivery.nextAttemptAt),
    attemptCount: delivery.attemptCount,
    lastAttemptAt: rfc3339OrNull(delivery.lastAttemptAt),
    lastOutcome: delivery.lastOutcome,
    lastStatusCode: delivery.lastStatusCode,
    attempts: attempts.map(viewAttempt),
  };
}

/** Several deliveries with their attempts, for a list. */
export async function viewDeliveries(
  { deliveries: store, webhooks }: Pick<Ports, 'deliveries' | 'webhooks'>,
  deliveries: readonly Delivery[],
): Promise<ApiDelivery[]> {
  if (deliveries.length === 0) return [];
  const ids = [...new Set(deliveries.map(({ webhookId }) => webhookId))];
  const [attempts, names] = await Promise.all([
    store.getAttempts(deliveries.map((delivery) => delivery.id)),
    webhooks.getNames(ids),
  ]);
  const nameOf = new Map(ids.map((id, i) => [id, names[i] ?? null]));
  return deliveries.map((delivery, i) =>
    viewDelivery(delivery, (attempts[i] ?? []).map(cutForList), nameOf.get(delivery.webhookId) ?? null),
  );
}

function viewAttempt(attempt: Attempt): ApiAttempt {
  return { ...attempt, startedAt: rfc3339(attempt.startedAt) };
}

function cutForList(attempt: Attempt): Attempt {
  const { response } = attempt;
  if (response === null || response.body.length <= LISTED_BODY_CHARS) return attempt;
  // A cut through a surrogate pair would leave half a character.
  const body = response.body.slice(0, LISTED_BODY_CHARS).toWellFormed();
  return { ...attempt, response: { ...response, body, truncated: true } };
}
