/** GET /v1/webhooks/{id} */
import type { Handler } from '../deps.ts';
import { viewWebhook } from '../views/webhook-view.ts';
import { notFound } from './not-found.ts';

/** One webhook. */
export const getWebhook: Handler<'getWebhook'> = async ({ params }, { ports }) => {
  const webhook = await ports.webhooks.getWebhook(params.id);
  if (webhook === null) throw notFound('webhook', params.id);
  return { status: 200, body: viewWebhook(webhook) };
};
