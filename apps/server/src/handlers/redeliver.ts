/** POST /v1/deliveries/{id}/redeliver */
import { HooklaneError, parseDeliveryId } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import type { Ports } from '../ports.ts';
import { removeLetters, wakeLanes } from './hint-workers.ts';
import { notFound } from './not-found.ts';
import { webhookDisabled } from './webhook-disabled.ts';

/** Puts a finished delivery back into its lane; if it was a dead letter, the letter is resolved. */
export const redeliver: Handler<'redeliver'> = async ({ params: { id } }, deps) => {
  await demandEnabledWebhook(id, deps.ports);
  const result = await deps.ports.deliveries.redeliver(id);
  switch (result.kind) {
    case 'missing':
      throw notFound('delivery', id);
    case 'webhook_missing':
      throw new HooklaneError('not_found', {
        detail: 'The webhook of this delivery was deleted, so there is nobody to send it to.',
      });
    case 'in_progress':
      throw new HooklaneError('delivery_in_progress', {
        detail: `The delivery ${id} is still on its way; it is tried again by itself at its nextAttemptAt.`,
      });
    case 'queued':
      await Promise.all([wakeLanes(deps, result.wakes), removeLetters(deps, [id])]);
      return { status: 202, body: { id } };
  }
};

/** A disabled webhook keeps what waits in its lane, so the caller would wait for ever. */
async function demandEnabledWebhook(
  id: string,
  { webhooks, deliveries }: Pick<Ports, 'webhooks' | 'deliveries'>,
): Promise<void> {
  const parts = parseDeliveryId(id);
  const webhook = parts === null ? null : await webhooks.getWebhook(parts.webhookId);
  if (webhook === null || webhook.enabled) return;
  if ((await deliveries.getDelivery(id)) === null) throw notFound('delivery', id);
  throw webhookDisabled(webhook);
}
