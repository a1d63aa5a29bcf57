/** Which handler answers which route. A route of the contract without a handler does not compile. */
import type { Handlers } from './deps.ts';
import { acknowledgeNotice } from './handlers/acknowledge-notice.ts';
import { discardDeadLetters, redriveDeadLetters } from './handlers/begin-bulk-action.ts';
import { createWebhook } from './handlers/create-webhook.ts';
import { deleteNotifications } from './handlers/delete-notifications.ts';
import { deleteWebhook } from './handlers/delete-webhook.ts';
import { emitEvent } from './handlers/emit-event.ts';
import { getDelivery } from './handlers/get-delivery.ts';
import { getDoctor } from './handlers/get-doctor.ts';
import { getEvent } from './handlers/get-event.ts';
import { getHealth } from './handlers/get-health.ts';
import { getMetrics } from './handlers/get-metrics.ts';
import { getOverview } from './handlers/get-overview.ts';
import { getNotifications } from './handlers/get-notifications.ts';
import { getReadiness } from './handlers/get-readiness.ts';
import { getRedrive } from './handlers/get-redrive.ts';
import { getScopeHealth } from './handlers/get-scope-health.ts';
import { getScope } from './handlers/get-scope.ts';
import { getStatus } from './handlers/get-status.ts';
import { getWebhookHealth } from './handlers/get-webhook-health.ts';
import { getWebhook } from './handlers/get-webhook.ts';
import { listDeadLetterGroups } from './handlers/list-dead-letter-groups.ts';
import { listAudit } from './handlers/list-audit.ts';
import { listDeadLetters } from './handlers/list-dead-letters.ts';
import { listDeliveries } from './handlers/list-deliveries.ts';
import { listNotifications } from './handlers/list-notifications.ts';
import { listNotices } from './handlers/list-notices.ts';
import { listRedrives } from './handlers/list-redrives.ts';
import { listScopes } from './handlers/list-scopes.ts';
import { listWebhooks } from './handlers/list-webhooks.ts';
import { redeliver } from './handlers/redeliver.ts';
import { rotateSecret } from './handlers/rotate-secret.ts';
import { createSession, deleteSession, getSession } from './handlers/session.ts';
import { setNotifications } from './handlers/set-notifications.ts';
import { setScope } from './handlers/set-scope.ts';
import { rekeySecrets } from './handlers/rekey-secrets.ts';
import { createToken, listTokens, revokeToken } from './handlers/tokens.ts';
import { streamDeliveries } from './handlers/stream-deliveries.ts';
import { testNotifications } from './handlers/test-notifications.ts';
import { testWebhook } from './handlers/test-webhook.ts';
import { updateWebhook } from './handlers/update-webhook.ts';

/** Route → handler. */
export const ROUTE_HANDLERS: Handlers = {
  createSession,
  getSession,
  deleteSession,
  emitEvent,
  getEvent,
  listScopes,
  getApplication: getScope('application'),
  setApplication: setScope('application'),
  getEnvironment: getScope('environment'),
  getApplicationHealth: getScopeHealth('application'),
  getEnvironmentHealth: getScopeHealth('environment'),
  setEnvironment: setScope('environment'),
  createApplicationWebhook: createWebhook('application'),
  createEnvironmentWebhook: createWebhook('environment'),
  listWebhooks,
  getWebhook,
  getWebhookHealth,
  updateWebhook,
  deleteWebhook,
  rotateSecret,
  testWebhook,
  listDeliveries,
  streamDeliveries,
  getDelivery,
  redeliver,
  listDeadLetters,
  listDeadLetterGroups,
  redriveDeadLetters,
  discardDeadLetters,
  listRedrives,
  getRedrive,
  listNotices,
  acknowledgeNotice,
  listNotifications,
  getNotifications,
  setNotifications,
  deleteNotifications,
  testNotifications,
  getStatus,
  getOverview,
  getDoctor,
  listTokens,
  createToken,
  revokeToken,
  listAudit,
  rekeySecrets,
  getHealth,
  getReadiness,
  getMetrics,
};
