/** GET /v1/deliveries/{id} */
import type { ApiDeliveryDetail } from '@hooklane/client';
import type { Attempt, Delivery, Webhook } from '@hooklane/core';
import { showRequest } from '@hooklane/delivery';
import type { Handler } from '../deps.ts';
import { viewDelivery } from '../views/delivery-view.ts';
import { notFound } from './not-found.ts';

/** A delivery with all that is known of its attempts, and the request of one of them. */
export const getDelivery: Handler<'getDelivery'> = async ({ params, query }, { ports, now, version }) => {
  const found = await ports.deliveries.getDelivery(params.id);
  if (found === null) throw notFound('delivery', params.id);
  const { delivery, attempts, body } = found;
  const attempt = attemptOf(attempts, query.attempt);
  const webhook = await ports.webhooks.getWebhook(delivery.webhookId);
  const shown = { delivery, attempt, body, now: now(), userAgent: `Hooklane/${version}` };
  const request = webhook === null ? null : requestOf(webhook, shown);
  return { status: 200, body: { ...viewDelivery(delivery, attempts, webhook?.name ?? null), request } };
};

/** The one that was asked for, else the latest; null before there was one. */
function attemptOf(attempts: readonly Attempt[], number: number | undefined): Attempt | null {
  if (number === undefined) return attempts.at(-1) ?? null;
  const attempt = attempts.find((one) => one.number === number);
  if (attempt !== undefined) return attempt;
  throw notFound('attempt', String(number), 'it is still to come');
}

interface Shown {
  delivery: Delivery;
  attempt: Attempt | null;
  body: string;
  /** ms since the epoch. */
  now: number;
  userAgent: string;
}

/** Of that attempt; before there was one, of the first. */
function requestOf(
  webhook: Webhook,
  { delivery, attempt, body, now, userAgent }: Shown,
): ApiDeliveryDetail['request'] {
  const startedAt = attempt?.startedAt ?? Math.max(now, delivery.nextAttemptAt ?? now);
  const number = attempt?.number ?? delivery.attemptCount + 1;
  const { eventId, event: type } = delivery;
  return {
    ...showRequest(webhook, { eventId, type, body, number, startedAt, userAgent }),
    attempt: number,
    next: attempt === null,
    // Of an attempt whose worker died it is written down only when that was noticed.
    timeKnown: attempt?.error?.code !== 'worker_lost',
    webhookChanged: webhook.updatedAt > startedAt,
  };
}
