/** PATCH /v1/webhooks/{id} */
import type { Webhook } from '@hooklane/core';
import type { ApiRequest, Handler } from '../deps.ts';
import type { WebhookPatch } from '../ports.ts';
import { viewWebhook } from '../views/webhook-view.ts';
import { wakeLanes } from './hint-workers.ts';
import { notFound } from './not-found.ts';
import { demandCallableUrl, demandSuitingEvent, demandSuitingSecret, refuse } from './webhook-rules.ts';

/** How long the old secret goes on signing when nobody says. */
export const DEFAULT_SECRET_OVERLAP_MS = 24 * 3_600_000;

type Change = ApiRequest<'updateWebhook'>['body'];

/** Changes a webhook and wakes its lane when it has work again. */
export const updateWebhook: Handler<'updateWebhook'> = async ({ params, body }, deps) => {
  const current = await deps.ports.webhooks.getWebhook(params.id);
  if (current === null) throw notFound('webhook', params.id);
  if (body.event !== undefined) demandSuitingEvent(current.scope.kind, body.event);
  if (body.url !== undefined) demandCallableUrl(body.url, deps.ports.checkUrl);
  demandSuitingChange(current, body);
  if (typeof body.secret === 'string') await deps.ports.checks.checkSecretKey();
  const changed = await deps.ports.webhooks.updateWebhook(params.id, patchOf(body));
  if (changed === null) throw notFound('webhook', params.id);
  await wakeLanes(deps, changed.wakes);
  return { status: 200, body: viewWebhook(changed.webhook) };
};

/** The present secret cannot be read here, so a change to `token` brings its own: it must be fit for a header. */
function demandSuitingChange(current: Webhook, change: Change): void {
  const signing = change.signing ?? current.signing;
  if (change.secret !== undefined) demandSuitingSecret(change.secret, signing);
  else if (change.secretOverlap !== undefined) {
    refuse('secretOverlap', 'secretOverlap needs a secret beside it: it is about the one before.');
  } else if (signing === 'token' && current.signing !== 'token') {
    refuse(
      'secret',
      'secret is missing: a change to signing "token" needs the secret that the header carries.',
    );
  }
}

function patchOf({ secretOverlap, secret, ...rest }: Change): WebhookPatch {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const patch = Object.fromEntries(given) as WebhookPatch;
  if (secret === undefined) return patch;
  return { ...patch, secret, secretOverlapMs: secretOverlap ?? DEFAULT_SECRET_OVERLAP_MS };
}
