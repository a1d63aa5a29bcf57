/** GET /v1/webhooks/{id}/health */
import type { Handler } from '../deps.ts';
import { viewHealth } from '../views/health-view.ts';
import { notFound } from './not-found.ts';

/** How a webhook is doing, out of its latest attempts. */
export const getWebhookHealth: Handler<'getWebhookHealth'> = async ({ params }, { ports }) => {
  const webhook = await ports.webhooks.getWebhook(params.id);
  if (webhook === null) throw notFound('webhook', params.id);
  return { status: 200, body: viewHealth(await ports.operations.readWebhookHealth(webhook.id)) };
};
