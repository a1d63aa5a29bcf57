/** A webhook as the API gives it. */
import type { ApiScope, ApiWebhook } from '@hooklane/client';
import type { Webhook } from '@hooklane/core';
import { rfc3339 } from './time.ts';

/** Never holds a secret: the webhook has none to give. */
export function viewWebhook(webhook: Webhook): ApiWebhook {
  const { disabled, createdAt, updatedAt, ...rest } = webhook;
  return {
    ...rest,
    disabled: disabled === null ? null : { ...disabled, at: rfc3339(disabled.at) },
    createdAt: rfc3339(createdAt),
    updatedAt: rfc3339(updatedAt),
  };
}

/** A scope as the API gives it. */
export function viewScope(scope: { enabled: boolean; webhooks: Webhook[] }): ApiScope {
  return { enabled: scope.enabled, webhooks: scope.webhooks.map(viewWebhook) };
}
