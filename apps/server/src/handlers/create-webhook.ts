/** POST /v1/accounts/{account}/applications/{name}/webhooks, and the same of environments */
import { DEFAULT_MAX_IN_FLIGHT, DEFAULT_TOKEN_HEADER } from '@hooklane/core';
import type { ScopeKind } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import { viewWebhook } from '../views/webhook-view.ts';
import { demandCallableUrl, demandSuitingEvent, demandSuitingSecret } from './webhook-rules.ts';

/** Adds a webhook; `name_taken` when the scope has one of that name. */
export function createWebhook(kind: ScopeKind): Handler<'createApplicationWebhook'> {
  return async ({ params, body }, { ports }) => {
    const { secret = null, signing = 'standard' } = body;
    demandSuitingEvent(kind, body.event);
    demandCallableUrl(body.url, ports.checkUrl);
    demandSuitingSecret(secret, signing);
    if (secret !== null) await ports.checks.checkSecretKey();
    const webhook = await ports.webhooks.createWebhook({
      account: params.account,
      scope: { kind, name: params.name },
      event: body.event,
      name: body.name,
      url: body.url,
      secret,
      signing,
      tokenHeader: body.tokenHeader ?? DEFAULT_TOKEN_HEADER,
      maxInFlight: body.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT,
      enabled: body.enabled ?? true,
    });
    return {
      status: 201,
      headers: { location: `/v1/webhooks/${webhook.id}` },
      body: viewWebhook(webhook),
    };
  };
}
