/** The nouns and pure rules of Hooklane. No I/O, no clock, no randomness of its own. */
export {
  DELIVERY_STATUSES,
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
export { ERROR_CATALOGUE, HooklaneError } from './errors.ts';
export type { ErrorCode, ErrorDetails } from './errors.ts';
export { EVENT_TYPES, EVENT_TYPE_LABELS, MAX_BODY_BYTES, nameKey, scopeKindOf } from './event.ts';
export type { AcceptedEvent, EventType, Scope, ScopeKind, UnmatchedReason } from './event.ts';
export { CLOSED_BREAKER } from './lane.ts';
export type { Breaker, DeadLetter, DueDelivery, LanePool, LaneWake, Settlement, Take } from './lane.ts';
export { DEFAULT_MAX_IN_FLIGHT, SIGNING_PROFILES } from './webhook.ts';
export type { DisabledNotice, DisabledReason, SigningProfile, Webhook, WebhookTarget } from './webhook.ts';
