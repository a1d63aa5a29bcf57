/** What handlers answer when a webhook gets nothing. */
import { HooklaneError } from '@hooklane/core';
import type { Webhook } from '@hooklane/core';

/** `webhook_disabled`, with the notice that the webhook carries. */
export function webhookDisabled({ name, disabled: notice }: Webhook): HooklaneError {
  const why = notice === null ? '' : ` ${notice.message}`;
  return new HooklaneError('webhook_disabled', {
    detail: `The webhook ${name} is disabled.${why} Enable it first: PATCH it with {"enabled": true}.`,
  });
}
