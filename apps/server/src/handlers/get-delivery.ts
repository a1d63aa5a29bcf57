/** GET /v1/deliveries/{id} */
import type { ApiDeliveryDetail } from '@hooklane/client';
import type { Attempt, Delivery, Webhook } from '@hooklane/core';
import { showRequest } from '@hooklane/delivery';
import type { Handler } from '../deps.ts';
import { viewDelivery } from '../views/delivery-view.ts';
import { notFound } from './not-found.ts';

/** A delivery with all that is known of its attempts, and its latest request. */
export const getDelivery: Handler<'getDelivery'> = async ({ params }, { ports, now, version }) => {
  const found = await ports.deliveries.getDelivery(params.id);
  if (found === null) throw notFound('delivery', params.id);
  const { delivery, attempts } = found;
  const webhook = await ports.webhooks.getWebhook(delivery.webhookId);
  const shown = { ...found, now: now(), userAgent: `Hooklane/${version}` };
  const request = webhook === null ? null : requestOf(webhook, shown);
  return { status: 200, body: { ...viewDelivery(delivery, attempts, webhook?.name ?? null), request } };
};

interface Found {
  delivery: Delivery;
  attempts: readonly Attempt[];
  body: string;
  /** ms since the epoch. */
  now: number;
  userAgent: string;
}

/** Of the latest try; before there was one, of the first. */
function requestOf(
  webhook: Webhook,
  { delivery, attempts, body, now, userAgent }: Found,
): ApiDeliveryDetail['request'] {
  const last = attempts.at(-1);
  const startedAt = last?.startedAt ?? Math.max(now, delivery.nextAttemptAt ?? now);
  const { eventId, event: type } = delivery;
  const request = showRequest(webhook, {
    eventId,
    type,
    body,
    number: last?.number ?? delivery.attemptCount + 1,
    startedAt,
    userAgent,
  });
  return { ...request, next: last === undefined, webhookChanged: webhook.updatedAt > startedAt };
}
