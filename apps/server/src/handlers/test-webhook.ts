/** POST /v1/webhooks/{id}/test */
import { randomBytes } from 'node:crypto';
import { ID_RANDOM_BYTES, eventIdFrom, sampleEventBody } from '@hooklane/core';
import type { AcceptedEvent, Webhook } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import { wakeLanes } from './hint-workers.ts';
import { notFound } from './not-found.ts';
import { webhookDisabled } from './webhook-disabled.ts';

/** Sends a sample event to this webhook alone, on the way that all events take. */
export const testWebhook: Handler<'testWebhook'> = async ({ params }, deps) => {
  const webhook = await deps.ports.webhooks.getWebhook(params.id);
  if (webhook === null) throw notFound('webhook', params.id);
  if (!webhook.enabled) throw webhookDisabled(webhook);
  const event = sampleEvent(webhook, deps.now());
  const { deliveryId, wakes } = await deps.ports.deliveries.sendTest(webhook, event);
  await wakeLanes(deps, wakes);
  return { status: 202, body: { eventId: event.id, deliveryId } };
};

function sampleEvent({ account, scope, event: type }: Webhook, now: number): AcceptedEvent {
  return {
    id: eventIdFrom(now, randomBytes(ID_RANDOM_BYTES)),
    type,
    account,
    scope,
    acceptedAt: now,
    occurredAt: now,
    body: JSON.stringify(sampleEventBody(type, account, scope.name, now)),
  };
}
