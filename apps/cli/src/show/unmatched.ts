/** What to do when nobody hears of an event, as commands. */
import type { ApiEvent } from '@hooklane/client';
import { scopeFlags } from '../parse/scope-options.ts';

/** A line to copy. */
export function tellRemedy(event: ApiEvent, { reason }: NonNullable<ApiEvent['unmatched']>): string {
  const scope = scopeFlags(event);
  return reason === 'scope_disabled'
    ? `Switch on with: hooklane scopes enable ${scope}`
    : `See what there is with: hooklane webhooks list ${scope}`;
}
