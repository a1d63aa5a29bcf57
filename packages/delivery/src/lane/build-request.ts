/** Step "build": the request to a receiver. DESIGN section 4, "Request to a receiver"; Standard Webhooks 1.0. */
import { type DueDelivery, type WebhookTarget, deliveryId } from '@hooklane/core';
import { signRequest } from '@hooklane/signature';
import type { PostRequest } from './ports.ts';

/** Builds the request of the next try. `now`: ms since the epoch; `userAgent`: `Hooklane/<version>`; `traceparent`: of this try. */
export function buildRequest(
  webhook: WebhookTarget,
  due: DueDelivery,
  sending: { now: number; userAgent: string; traceparent?: string | null },
): PostRequest {
  const timestampSec = Math.floor(sending.now / 1000);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': sending.userAgent,
    'webhook-id': due.eventId,
    'webhook-timestamp': String(timestampSec),
    'hooklane-event': due.type,
    'hooklane-delivery': deliveryId(due.eventId, webhook.id),
    'hooklane-attempt': String(due.tries + 1),
  };
  if (sending.traceparent) headers['traceparent'] = sending.traceparent;
  if (webhook.secrets.length > 0) {
    Object.assign(
      headers,
      signRequest({
        profile: webhook.signing,
        secrets: webhook.secrets,
        tokenHeader: webhook.tokenHeader,
        id: due.eventId,
        timestampSec,
        body: due.body,
      }),
    );
  }
  return { url: webhook.url, headers, body: due.body };
}
