/** Signs and verifies webhooks: Standard Webhooks, GitHub's way, or a plain token. Needs Node alone. */
export { DEFAULT_CLAIM_MS, DEFAULT_DEDUPE_TTL_MS } from './dedupe.ts';
export type { Claim, Dedupe, DedupeTimes } from './dedupe.ts';
export { EVENT_TYPES } from './event-bodies.ts';
export type {
  AnyEventType,
  BuildBody,
  CommitBody,
  DeliveryOf,
  DeployBody,
  EventBodies,
  EventType,
  ServersBody,
  WebhookDelivery,
} from './event-bodies.ts';
export { OPERATIONAL_EVENT_TYPES } from './operational-events.ts';
export type {
  NoticeData,
  NotificationsTestData,
  OperationalBodies,
  OperationalBody,
  OperationalEventType,
} from './operational-events.ts';
export { createFastifyWebhookPlugin } from './fastify-plugin.ts';
export type { FastifyLike, FastifyReplyLike } from './fastify-plugin.ts';
export type { HeaderSource } from './headers.ts';
export { createMemoryDedupe } from './memory-dedupe.ts';
export type { MemoryDedupeOptions } from './memory-dedupe.ts';
export { createNodeWebhookHandler } from './node-handler.ts';
export type { WebhookFunctions, WebhookHandlerOptions } from './receive.ts';
export { createRedisDedupe } from './redis-dedupe.ts';
export type { RedisDedupeOptions } from './redis-dedupe.ts';
export { signRequest } from './sign-request.ts';
export type { SignRequestInput, SigningProfile } from './sign-request.ts';
export type { Body } from './signatures.ts';
export {
  DEFAULT_TOLERANCE_SEC,
  verifyGithub,
  verifySignature,
  verifyStandard,
  verifyToken,
} from './verify-signature.ts';
export type {
  Verification,
  VerifyFailure,
  VerifyGithubInput,
  VerifySignatureInput,
  VerifyStandardInput,
  VerifyTokenInput,
} from './verify-signature.ts';
export { MAX_WEBHOOK_BYTES, verifyWebhook } from './verify-webhook.ts';
export type {
  RefusedWebhook,
  VerifiedWebhook,
  VerifyWebhookOptions,
  WebhookFailure,
} from './verify-webhook.ts';
export { createWebhookHandler } from './web-handler.ts';
