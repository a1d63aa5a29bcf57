/** The contract of Hooklane's HTTP API, and its typed client. */
export type { ApiDeadGroups } from './contract/dead-groups.ts';
export type { ApiOverview } from './contract/overview.ts';
export type { ApiAuditEntry } from './contract/audit.ts';
export type {
  ApiAttempt,
  ApiDelivery,
  ApiDeliveryDetail,
  ApiDeliveryFilter,
  ApiRedrive,
} from './contract/deliveries.ts';
export { DEAD_REASONS, LETTER_REASONS } from '@hooklane/core';
export type { ApiEvent, ApiNewEvent } from './contract/events.ts';
export { DEFAULT_PAGE_ITEMS, MAX_PAGE_ITEMS } from './contract/fields.ts';
export type { ApiNotice, ApiNotifications } from './contract/notices.ts';
export { PROBLEM_MEDIA_TYPE, problemSchema } from './contract/problem.ts';
export type { Problem } from './contract/problem.ts';
export type { Route } from './contract/route.ts';
export { ROUTE_ROLES } from './contract/route-roles.ts';
export { ROUTES } from './contract/routes.ts';
export type { RouteId } from './contract/routes.ts';
export { CONSOLE_HEADER, SESSION_COOKIE } from './contract/session.ts';
export type { ApiSession } from './contract/session.ts';
export type { ApiDoctor, ApiStatus } from './contract/status.ts';
export type { ApiScopeHealth, ApiWebhookHealth } from './contract/webhook-health.ts';
export type { ApiNewToken, ApiToken } from './contract/tokens.ts';
export type {
  ApiNewWebhook,
  ApiScope,
  ApiScopeEntry,
  ApiWebhook,
  ApiWebhookPatch,
} from './contract/webhooks.ts';
export { ApiError } from './http/api-error.ts';
export type { ApiErrorDetails, ClientErrorCode } from './http/api-error.ts';
export { createClient } from './http/create-client.ts';
export type { CallOptions, Client, ClientOptions, ListAll } from './http/create-client.ts';
export type { CallAnswer, CallId, CallInput, ListCallId, ListItem, ListQuery } from './http/calls.ts';
export type { DeliveryNews, FollowDeliveries } from './stream/follow-deliveries.ts';
