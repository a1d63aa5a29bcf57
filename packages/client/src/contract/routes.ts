/** The route table: every address of the API (DESIGN section 4). The keys are the operation ids of OpenAPI. */
import { MAX_BODY_BYTES } from '@hooklane/core';
import { z } from 'zod';
import { AUDIT_ROUTES } from './audit.ts';
import {
  bulkActionSchema,
  bulkBegunSchema,
  bulkCountSchema,
  deliveryDetailQuery,
  deliveryDetailSchema,
  deliveryPageSchema,
  deliveryQuery,
  discardSchema,
  letterQuery,
  redeliveredSchema,
  redrivePageSchema,
  redriveSchema,
} from './deliveries.ts';
import { DEAD_GROUP_ROUTES } from './dead-groups.ts';
import { eventAcceptedSchema, eventSchema, newEventSchema } from './events.ts';
import { pathId } from './fields.ts';
import { healthSchema, readinessSchema } from './health.ts';
import { OVERVIEW_ROUTES } from './overview.ts';
import { NOTICE_ROUTES } from './notices.ts';
import type { Route } from './route.ts';
import { SECRET_ROUTES } from './secrets.ts';
import { SESSION_ROUTES } from './session.ts';
import { STATUS_ROUTES } from './status.ts';
import { STREAM_ROUTES } from './stream.ts';
import { scopeHealthSchema, webhookHealthSchema } from './webhook-health.ts';
import { TOKEN_ROUTES } from './tokens.ts';
import {
  newWebhookSchema,
  rotateSecretSchema,
  scopePageSchema,
  scopePath,
  scopeQuery,
  scopeSchema,
  scopeSwitchSchema,
  secretRotatedSchema,
  testSentSchema,
  webhookPageSchema,
  webhookPatchSchema,
  webhookQuery,
  webhookSchema,
} from './webhooks.ts';

/** The rest of an event's request beside its body, with room for the spaces of a pretty-printed one. */
const EVENT_ENVELOPE_BYTES = 64 * 1024;

const nothing = z.null().meta({ description: 'Done.' });

const EVENT_ROUTES = {
  emitEvent: {
    method: 'POST',
    path: '/v1/events',
    summary: 'Emit an event',
    description:
      'Accepted means kept: it is delivered to every webhook that subscribed to it. Until a worker has dispatched' +
      ' it, GET /v1/events/{id} answers 404. A header traceparent (W3C Trace Context) goes on to receivers: each try carries' +
      ' one of the same trace, with a span of its own.',
    tag: 'Events',
    body: newEventSchema,
    maxBodyBytes: MAX_BODY_BYTES + EVENT_ENVELOPE_BYTES,
    responses: { 202: eventAcceptedSchema },
    errors: ['event_id_taken', 'event_body_mismatch', 'body_too_large', 'producer_overloaded', 'redis_full'],
  },
  getEvent: {
    method: 'GET',
    path: '/v1/events/{id}',
    summary: 'The event, and the state of each delivery',
    tag: 'Events',
    params: pathId,
    responses: { 200: eventSchema },
    errors: ['not_found'],
  },
} as const satisfies Record<string, Route>;

const SCOPE_ROUTES = {
  listScopes: {
    method: 'GET',
    path: '/v1/scopes',
    summary: 'Scopes that have a switch or a webhook',
    tag: 'Scopes',
    query: scopeQuery,
    responses: { 200: scopePageSchema },
    errors: ['invalid_cursor'],
  },
  getApplication: {
    method: 'GET',
    path: '/v1/accounts/{account}/applications/{name}',
    summary: 'The master switch and the webhooks of an application',
    tag: 'Scopes',
    params: scopePath,
    responses: { 200: scopeSchema },
    errors: [],
  },
  setApplication: {
    method: 'PUT',
    path: '/v1/accounts/{account}/applications/{name}',
    summary: 'Switch the webhooks of an application on or off',
    tag: 'Scopes',
    params: scopePath,
    body: scopeSwitchSchema,
    responses: { 200: scopeSchema },
    errors: [],
  },
  getApplicationHealth: {
    method: 'GET',
    path: '/v1/accounts/{account}/applications/{name}/health',
    summary: 'How each webhook of an application is doing',
    tag: 'Scopes',
    params: scopePath,
    responses: { 200: scopeHealthSchema },
    errors: [],
  },
  getEnvironment: {
    method: 'GET',
    path: '/v1/accounts/{account}/environments/{name}',
    summary: 'The master switch and the webhooks of an environment',
    tag: 'Scopes',
    params: scopePath,
    responses: { 200: scopeSchema },
    errors: [],
  },
  setEnvironment: {
    method: 'PUT',
    path: '/v1/accounts/{account}/environments/{name}',
    summary: 'Switch the webhooks of an environment on or off',
    tag: 'Scopes',
    params: scopePath,
    body: scopeSwitchSchema,
    responses: { 200: scopeSchema },
    errors: [],
  },
  getEnvironmentHealth: {
    method: 'GET',
    path: '/v1/accounts/{account}/environments/{name}/health',
    summary: 'How each webhook of an environment is doing',
    tag: 'Scopes',
    params: scopePath,
    responses: { 200: scopeHealthSchema },
    errors: [],
  },
} as const satisfies Record<string, Route>;

const WEBHOOK_ROUTES = {
  createApplicationWebhook: {
    method: 'POST',
    path: '/v1/accounts/{account}/applications/{name}/webhooks',
    summary: 'Add a webhook to an application',
    description: 'For build.started or build.finished.',
    tag: 'Webhooks',
    params: scopePath,
    body: newWebhookSchema,
    responses: { 201: webhookSchema },
    errors: ['name_taken', 'too_many_webhooks', 'secret_key_mismatch'],
  },
  createEnvironmentWebhook: {
    method: 'POST',
    path: '/v1/accounts/{account}/environments/{name}/webhooks',
    summary: 'Add a webhook to an environment',
    description: 'For deploy.started or deploy.finished.',
    tag: 'Webhooks',
    params: scopePath,
    body: newWebhookSchema,
    responses: { 201: webhookSchema },
    errors: ['name_taken', 'too_many_webhooks', 'secret_key_mismatch'],
  },
  listWebhooks: {
    method: 'GET',
    path: '/v1/webhooks',
    summary: 'Webhooks of one scope, of an account, or of all',
    tag: 'Webhooks',
    query: webhookQuery,
    responses: { 200: webhookPageSchema },
    errors: ['invalid_cursor'],
  },
  getWebhook: {
    method: 'GET',
    path: '/v1/webhooks/{id}',
    summary: 'A webhook',
    tag: 'Webhooks',
    params: pathId,
    responses: { 200: webhookSchema },
    errors: ['not_found'],
  },
  updateWebhook: {
    method: 'PATCH',
    path: '/v1/webhooks/{id}',
    summary: 'Change a webhook',
    description:
      'A missing key leaves it as it is. With a new secret and `standard` the old one goes on signing for `secretOverlap`.',
    tag: 'Webhooks',
    params: pathId,
    body: webhookPatchSchema,
    responses: { 200: webhookSchema },
    errors: ['not_found', 'name_taken', 'secret_key_mismatch'],
  },
  deleteWebhook: {
    method: 'DELETE',
    path: '/v1/webhooks/{id}',
    summary: 'Delete a webhook',
    description:
      'What it was still owed is given up for good: dead with the reason webhook_deleted, and no dead letter. Dead letters that' +
      ' it has already stay until they are discarded; they cannot be sent again.',
    tag: 'Webhooks',
    params: pathId,
    responses: { 204: nothing },
    errors: ['not_found'],
  },
  getWebhookHealth: {
    method: 'GET',
    path: '/v1/webhooks/{id}/health',
    summary: 'How a webhook is doing',
    tag: 'Webhooks',
    params: pathId,
    responses: { 200: webhookHealthSchema },
    errors: ['not_found'],
  },
  rotateSecret: {
    method: 'POST',
    path: '/v1/webhooks/{id}/rotate-secret',
    summary: 'Give a webhook a fresh secret, which is shown this once',
    description:
      'The secret is made here, from 32 random bytes. With `standard` the one before goes on signing beside it for `overlap`.',
    tag: 'Webhooks',
    params: pathId,
    body: rotateSecretSchema,
    responses: { 200: secretRotatedSchema },
    errors: ['not_found', 'secret_key_mismatch'],
  },
  testWebhook: {
    method: 'POST',
    path: '/v1/webhooks/{id}/test',
    summary: 'Send a sample event to this webhook alone',
    tag: 'Webhooks',
    params: pathId,
    responses: { 202: testSentSchema },
    errors: ['not_found', 'webhook_disabled'],
  },
} as const satisfies Record<string, Route>;

const DELIVERY_ROUTES = {
  listDeliveries: {
    method: 'GET',
    path: '/v1/deliveries',
    summary: 'Deliveries, the newest first',
    description:
      'Those of events that retention still keeps in the list. A dead letter outlives that while it is open:' +
      ' GET /v1/dead-letters lists it for as long as it is open, this list with `status=dead` does not.',
    tag: 'Deliveries',
    query: deliveryQuery,
    responses: { 200: deliveryPageSchema },
    errors: ['invalid_cursor'],
  },
  getDelivery: {
    method: 'GET',
    path: '/v1/deliveries/{id}',
    summary: 'A delivery, with all its attempts and the request of one of them',
    tag: 'Deliveries',
    params: pathId,
    query: deliveryDetailQuery,
    responses: { 200: deliveryDetailSchema },
    errors: ['not_found'],
  },
  redeliver: {
    method: 'POST',
    path: '/v1/deliveries/{id}/redeliver',
    summary: 'Send a finished delivery again',
    tag: 'Deliveries',
    params: pathId,
    responses: { 202: redeliveredSchema },
    errors: ['not_found', 'webhook_disabled', 'delivery_in_progress'],
  },
} as const satisfies Record<string, Route>;

const DEAD_LETTER_ROUTES = {
  listDeadLetters: {
    method: 'GET',
    path: '/v1/dead-letters',
    summary: 'Open dead letters, the newest death first',
    description:
      'Each is listed for as long as it is open, however old: until it is sent again or discarded. What a deleted webhook' +
      ' was owed is given up without a dead letter: GET /v1/deliveries?reason=webhook_deleted lists it.',
    tag: 'Dead letters',
    query: letterQuery,
    responses: { 200: deliveryPageSchema },
    errors: ['invalid_cursor'],
  },
  redriveDeadLetters: {
    method: 'POST',
    path: '/v1/dead-letters/redrive',
    summary: 'Send all dead letters again that match',
    description: 'Runs in the background: GET /v1/redrives/{id} tells how far it is.',
    tag: 'Dead letters',
    body: bulkActionSchema,
    responses: { 202: bulkBegunSchema, 200: bulkCountSchema },
    errors: [],
  },
  discardDeadLetters: {
    method: 'POST',
    path: '/v1/dead-letters/discard',
    summary: 'Close all dead letters that match without sending them',
    description: 'Runs in the background: GET /v1/redrives/{id} tells how far it is.',
    tag: 'Dead letters',
    body: discardSchema,
    responses: { 202: bulkBegunSchema, 200: bulkCountSchema },
    errors: [],
  },
  listRedrives: {
    method: 'GET',
    path: '/v1/redrives',
    summary: 'Redrives and discards, the newest first',
    description: 'The latest 50. Each is kept for 7 days.',
    tag: 'Dead letters',
    responses: { 200: redrivePageSchema },
    errors: [],
  },
  getRedrive: {
    method: 'GET',
    path: '/v1/redrives/{id}',
    summary: 'How far a redrive or discard is',
    tag: 'Dead letters',
    params: pathId,
    responses: { 200: redriveSchema },
    errors: ['not_found'],
  },
} as const satisfies Record<string, Route>;

const PROBE_ROUTES = {
  getHealth: {
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the process lives',
    tag: 'Probes',
    responses: { 200: healthSchema },
    errors: [],
  },
  getReadiness: {
    method: 'GET',
    path: '/readyz',
    summary: 'Whether the server can do its work',
    tag: 'Probes',
    responses: { 200: readinessSchema, 503: readinessSchema },
    errors: [],
  },
  getMetrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'Metrics in the text format of Prometheus',
    tag: 'Probes',
    responses: { 200: z.string() },
    mediaType: 'text/plain',
    errors: [],
  },
} as const satisfies Record<string, Route>;

/** Every route of the server. */
export const ROUTES = {
  ...SESSION_ROUTES,
  ...EVENT_ROUTES,
  ...SCOPE_ROUTES,
  ...WEBHOOK_ROUTES,
  ...DELIVERY_ROUTES,
  ...STREAM_ROUTES,
  ...DEAD_LETTER_ROUTES,
  ...DEAD_GROUP_ROUTES,
  ...NOTICE_ROUTES,
  ...STATUS_ROUTES,
  ...TOKEN_ROUTES,
  ...OVERVIEW_ROUTES,
  ...AUDIT_ROUTES,
  ...SECRET_ROUTES,
  ...PROBE_ROUTES,
} as const satisfies Record<string, Route>;

/** The operation id of a route. */
export type RouteId = keyof typeof ROUTES;
