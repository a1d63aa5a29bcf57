/** DELETE /v1/webhooks/{id} */
import type { Handler } from '../deps.ts';
import { wakeLanes } from './hint-workers.ts';
import { notFound } from './not-found.ts';

/** Deletes a webhook; its lane is woken so that a worker gives up what it was owed. */
export const deleteWebhook: Handler<'deleteWebhook'> = async ({ params }, deps) => {
  const deleted = await deps.ports.webhooks.deleteWebhook(params.id);
  if (deleted === null) throw notFound('webhook', params.id);
  await wakeLanes(deps, deleted.wakes);
  return { status: 204, body: null };
};
