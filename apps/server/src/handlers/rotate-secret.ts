/** POST /v1/webhooks/{id}/rotate-secret */
import { randomBytes } from 'node:crypto';
import type { Handler } from '../deps.ts';
import { rfc3339 } from '../views/time.ts';
import { DEFAULT_SECRET_OVERLAP_MS } from './update-webhook.ts';
import { wakeLanes } from './hint-workers.ts';
import { notFound } from './not-found.ts';

/** As long as the digest of the signature (Standard Webhooks 1.0: 24 to 64 bytes). */
const SECRET_BYTES = 32;

/** Makes a fresh secret. This answer is the only one that ever shows it. */
export const rotateSecret: Handler<'rotateSecret'> = async ({ params, body }, deps) => {
  const { webhooks, checks } = deps.ports;
  const current = await webhooks.getWebhook(params.id);
  if (current === null) throw notFound('webhook', params.id);
  await checks.checkSecretKey();
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
  const secretOverlapMs = body.overlap ?? DEFAULT_SECRET_OVERLAP_MS;
  const changed = await webhooks.updateWebhook(params.id, { secret, secretOverlapMs });
  if (changed === null) throw notFound('webhook', params.id);
  await wakeLanes(deps, changed.wakes);
  // The headers of the other profiles have room for one secret.
  const signsOn = current.hasSecret && current.signing === 'standard' && secretOverlapMs > 0;
  const overlapUntil = signsOn ? rfc3339(changed.webhook.updatedAt + secretOverlapMs) : null;
  return { status: 200, body: { secret, overlapUntil } };
};
