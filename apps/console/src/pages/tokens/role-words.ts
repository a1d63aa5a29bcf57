/** What a role allows, in a few words. */
import type { Role } from '@hooklane/core';

/** As core says it. */
export const ROLE_WORDS: Record<Role, { label: string; note: string }> = {
  emit: { label: 'emit', note: 'Give events. For pipelines.' },
  read: { label: 'read', note: 'See everything but tokens and the audit log.' },
  manage: {
    label: 'manage',
    note: 'See, and change webhooks and switches, send tests, redeliver, redrive, discard.',
  },
  admin: { label: 'admin', note: 'Everything, also tokens and the audit log. Never bound to an account.' },
};
