/** A filter as a person reads it. */
import type { ApiDeliveryFilter } from '@hooklane/client';
import { eventLabel } from '../../ui/event-label.ts';
import { DEAD_REASON_LABELS } from '../../ui/status-badge.tsx';
import { shortTime } from '../../ui/time-text.ts';

/** `account jdoe · status code 500`, or `all of them`. */
export function filterWords(filter: ApiDeliveryFilter): string {
  const { account, application, environment, webhook, event, reason, statusCode, since, until } = filter;
  const parts = [
    account && `account ${account}`,
    application && `application ${application}`,
    environment && `environment ${environment}`,
    webhook && `webhook ${webhook}`,
    event && eventLabel(event),
    reason && DEAD_REASON_LABELS[reason],
    statusCode === 0 ? 'no answer' : statusCode && `status code ${statusCode}`,
    since && `created since ${shortTime(new Date(since), new Date())}`,
    until && `created before ${shortTime(new Date(until), new Date())}`,
  ].filter((part) => typeof part === 'string' && part !== '');
  return parts.length === 0 ? 'all of them' : parts.join(' · ');
}
