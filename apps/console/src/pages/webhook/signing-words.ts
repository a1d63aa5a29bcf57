/** How requests are signed, in the words of the screen. */
import type { ApiWebhook } from '@hooklane/client';

/** Profile → its name, and what a receiver gets. */
export const SIGNING_WORDS: Record<ApiWebhook['signing'], { label: string; note: string }> = {
  standard: { label: 'Standard Webhooks', note: 'webhook-signature: v1,<HMAC-SHA256 of id, time and body>' },
  github: { label: 'GitHub', note: 'x-hub-signature-256: sha256=<HMAC of the body>' },
  token: { label: 'Token', note: 'the secret itself in a header of your choice' },
};
