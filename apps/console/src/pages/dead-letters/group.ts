/** A group of dead letters as a filter and in words. */
import type { ApiDeliveryFilter } from '@hooklane/client';
import type { ApiDeadLetterGroup } from '../../api/dead-letters.ts';
import { DEAD_REASON_LABELS } from '../../ui/status-badge.tsx';

/** A key over all groups. */
export function groupKey({ webhookId, event, reason, statusCode }: ApiDeadLetterGroup): string {
  return `${webhookId} ${event} ${reason} ${statusCode ?? 0}`;
}

/** The filter that matches this group and nothing else of what `filter` shows. The API spells "no answer" as 0. */
export function groupFilter(group: ApiDeadLetterGroup, filter: ApiDeliveryFilter): ApiDeliveryFilter {
  const { webhookId: webhook, event, reason, statusCode } = group;
  return { ...filter, webhook, event, reason, statusCode: statusCode ?? 0 };
}

/** `chat: All tries failed`. */
export function groupTitle({ webhookName, webhookId, reason }: ApiDeadLetterGroup): string {
  return `${webhookName ?? webhookId}: ${DEAD_REASON_LABELS[reason]}`;
}
