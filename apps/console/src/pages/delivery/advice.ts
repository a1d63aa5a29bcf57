/** What can be done about a delivery that was given up: plain rules. */
import type { ApiDelivery } from '@hooklane/client';

/** How each death is mended. */
const MENDING: Record<
  Exclude<NonNullable<ApiDelivery['reason']>, 'discarded' | 'webhook_deleted'>,
  string
> = {
  exhausted: 'mend the receiver, then redeliver it.',
  lane_open: 'mend the receiver, then redeliver it.',
  gone: 'its webhook was disabled. Give that a URL that is there, enable it, then redeliver.',
  blocked: 'give the webhook an address that is allowed, or allow its network, then redeliver it.',
};

/** One or two sentences. Without its webhook nothing can be sent again. */
export function adviceOn({ reason, webhookName }: Pick<ApiDelivery, 'reason' | 'webhookName'>): string {
  if (reason === 'discarded') {
    const closed = 'It is closed, and no dead letter any more';
    return webhookName === null ? `${closed}.` : `${closed}. If it is wanted after all, redeliver it.`;
  }
  if (webhookName === null || reason === 'webhook_deleted') {
    return 'The webhook is gone, so it cannot be sent again: add a webhook, and emit the event anew under another id.';
  }
  return `It is a dead letter: ${MENDING[reason ?? 'exhausted']}`;
}
