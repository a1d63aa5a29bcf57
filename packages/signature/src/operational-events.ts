/** Operational events: what an account's notification URL receives. Standard Webhooks 1.0 recommends the three outer members. */

/** The operational events, as the header `hooklane-event` and the member `type` of the body name them. */
export const OPERATIONAL_EVENT_TYPES = [
  'webhook.failing',
  'webhook.disabled',
  'webhook.recovered',
  'notifications.test',
] as const;

/** One of {@link OPERATIONAL_EVENT_TYPES}. */
export type OperationalEventType = (typeof OPERATIONAL_EVENT_TYPES)[number];

/** What a notice of a webhook tells. */
export interface NoticeData {
  account: string;
  /** One or two sentences for a person. */
  message: string;
  /** For `hooklane notices acknowledge`. */
  notice_id?: string | null;
  webhook_id?: string | null;
  webhook_name?: string | null;
  scope?: { kind: string; name: string } | null;
  /** Which event the webhook waits for. */
  event?: string | null;
  /** `failing` or `gone` (410) of `webhook.disabled`; null otherwise. */
  reason?: string | null;
  failing_since?: string | null;
  failed_tries?: number | null;
  last_outcome?: string | null;
  last_status_code?: number | null;
  last_error?: string | null;
  [field: string]: unknown;
}

/** What the test send of a person tells. */
export interface NotificationsTestData {
  account: string;
  message: string;
  [field: string]: unknown;
}

/** Body of an operational event. */
export interface OperationalBody<T extends OperationalEventType, Data> {
  type: T;
  /** RFC 3339. */
  timestamp: string;
  data: Data;
  [field: string]: unknown;
}

/** Which body an operational event has. */
export interface OperationalBodies {
  'webhook.failing': OperationalBody<'webhook.failing', NoticeData>;
  'webhook.disabled': OperationalBody<'webhook.disabled', NoticeData>;
  'webhook.recovered': OperationalBody<'webhook.recovered', NoticeData>;
  'notifications.test': OperationalBody<'notifications.test', NotificationsTestData>;
}

/** Whether a header's value names an operational event. */
export function isOperationalType(value: string): value is OperationalEventType {
  return (OPERATIONAL_EVENT_TYPES as readonly string[]).includes(value);
}

/** The first member that the body lacks, or null. `type` must be that of the header: the body is signed, headers are not. */
export function missingMember(type: OperationalEventType, body: Record<string, unknown>): string | null {
  if (body['type'] !== type) return 'type';
  if (typeof body['timestamp'] !== 'string') return 'timestamp';
  const { data } = body;
  if (typeof data !== 'object' || data === null) return 'data';
  const { account, message } = data as Record<string, unknown>;
  if (typeof account !== 'string') return 'data.account';
  return typeof message === 'string' ? null : 'data.message';
}
