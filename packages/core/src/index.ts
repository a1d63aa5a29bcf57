/** The nouns and pure rules of Hooklane. No I/O, no clock, no randomness of its own. */
export {
  DEAD_REASONS,
  DELIVERY_STATUSES,
  LETTER_REASONS,
  MAX_RESPONSE_EXCERPT_BYTES,
  OUTCOMES,
  deliveryId,
  parseDeliveryId,
} from './delivery.ts';
export type {
  Attempt,
  DeadReason,
  Delivery,
  DeliveryStatus,
  Disposition,
  Fault,
  Outcome,
  ResponseExcerpt,
} from './delivery.ts';
export { formatDuration, parseDuration } from './duration.ts';
export { ERROR_CATALOGUE, HooklaneError } from './errors.ts';
export type { ErrorCode, ErrorDetails } from './errors.ts';
export { validateEventBody } from './event-body.ts';
export type { BodyIssue, EventBodyCheck } from './event-body.ts';
export {
  EVENT_TYPES,
  EVENT_TYPE_LABELS,
  MAX_BODY_BYTES,
  MAX_BODY_DEPTH,
  MAX_ORDER,
  nameKey,
  scopeKindOf,
} from './event.ts';
export type { AcceptedEvent, EventType, Scope, ScopeKind, UnmatchedReason } from './event.ts';
export { ID_RANDOM_BYTES, eventIdFrom, noticeIdFrom, webhookIdFrom } from './ids.ts';
export { CLOSED_BREAKER } from './lane.ts';
export type { Breaker, DeadLetter, DueDelivery, LanePool, LaneWake, Settlement, Take } from './lane.ts';
export { accountProblem, eventIdProblem, friendlyNameProblem, scopeNameProblem, zodRule } from './names.ts';
export { isNestedDeeper, sliceMember } from './raw-json.ts';
export { NOTICE_KINDS } from './notice.ts';
export type { FailingStreak, Notice, NoticeKind, OperationalEventType, StreakStep } from './notice.ts';
export { formatRedisHosts, parseRedisUrl } from './redis-address.ts';
export type { RedisAccess, RedisAddress, RedisHost, RedisUrlCheck } from './redis-address.ts';
export { MAX_RETRY_AFTER_MS, parseRetryAfter } from './retry-after.ts';
export {
  DEFAULT_RETRY_POLICY,
  DEFAULT_RETRY_SCHEDULE,
  RETRY_JITTER,
  lapseMs,
  parseRetrySchedule,
  retryDelay,
} from './retry-policy.ts';
export type { RetryPolicy, RetryScheduleCheck } from './retry-policy.ts';
export { ROLES, isGranted } from './role.ts';
export type { Role } from './role.ts';
export { sampleEventBody } from './sample-body.ts';
export { MAX_SECRET_BYTES, secretProblem } from './secret.ts';
export { HOME_SHARD, MAX_SHARDS, shardOf } from './shard.ts';
export { showValue } from './show-value.ts';
export { parseTime } from './time.ts';
export { formatTraceparent, parseTraceparent } from './trace-context.ts';
export type { TraceContext } from './trace-context.ts';
export { DEFAULT_TOKEN_HEADER, checkTokenHeader } from './token-header.ts';
export type { TokenHeaderCheck } from './token-header.ts';
export { checkWebhookUrl } from './webhook-url.ts';
export type { WebhookUrlCheck } from './webhook-url.ts';
export { DEFAULT_MAX_IN_FLIGHT, SIGNING_PROFILES } from './webhook.ts';
export type { DisabledNotice, DisabledReason, SigningProfile, Webhook, WebhookTarget } from './webhook.ts';
