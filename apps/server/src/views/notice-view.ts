/** Notices and notification URLs as the API gives them. */
import type { ApiNotice, ApiNotifications } from '@hooklane/client';
import type { Notice } from '@hooklane/core';
import type { NotificationTarget } from '../notice-ports.ts';
import { rfc3339, rfc3339OrNull } from './time.ts';

/** A notice. */
export function viewNotice(notice: Notice): ApiNotice {
  const { streak } = notice;
  return {
    ...notice,
    at: rfc3339(notice.at),
    streak: streak === null ? null : { ...streak, since: rfc3339(streak.since) },
    acknowledgedAt: rfc3339OrNull(notice.acknowledgedAt),
  };
}

/** A notification URL. */
export function viewNotifications(target: NotificationTarget): ApiNotifications {
  const { disabled } = target;
  return {
    ...target,
    disabled: disabled === null ? null : { ...disabled, at: rfc3339(disabled.at) },
    createdAt: rfc3339(target.createdAt),
    updatedAt: rfc3339(target.updatedAt),
    recent: target.recent.map((attempt) => ({ ...attempt, at: rfc3339(attempt.at) })),
  };
}
