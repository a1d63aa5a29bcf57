/** Notices of webhooks that fail or were disabled, and where an account has them sent. */
import { NOTICE_KINDS, OUTCOMES } from '@hooklane/core';
import { z } from 'zod';
import {
  account,
  cursor,
  eventType,
  limit,
  pageOf,
  pathId,
  queryTime,
  scope,
  signingProfile,
  time,
  tokenHeader,
  webhookUrl,
} from './fields.ts';
import type { Route } from './route.ts';
import { disabledSchema, secret } from './webhooks.ts';

const noticeSchema = z
  .object({
    id: z.string().meta({ description: 'ntc_…' }),
    kind: z.enum(NOTICE_KINDS).meta({
      description: 'webhook.…: of a webhook. notifications.…: of the notification URL of the account itself.',
    }),
    at: time,
    account: z.string(),
    webhook: z
      .object({ id: z.string(), name: z.string(), scope, event: eventType })
      .nullable()
      .meta({ description: 'null: it is about the notification URL of the account.' }),
    message: z.string().meta({ description: 'One or two sentences for a person.' }),
    reason: z
      .enum(['failing', 'gone'])
      .nullable()
      .meta({ description: 'Why it was disabled; null for the other kinds.' }),
    streak: z
      .object({
        step: z.enum(['first', 'half', 'full', 'recovered']),
        since: time,
        tries: z.int(),
        failingMs: z
          .number()
          .meta({ description: 'For how long every try failed, without time in which no worker ran.' }),
      })
      .nullable()
      .meta({ description: 'The failed tries since the last success; null after a 410.' }),
    last: z
      .object({ outcome: z.enum(OUTCOMES), statusCode: z.int().nullable(), error: z.string().nullable() })
      .nullable()
      .meta({ description: 'How the last try ended.' }),
    acknowledgedAt: time.nullable().meta({ description: 'null: nobody has acknowledged it.' }),
  })
  .meta({ id: 'Notice' });

const noticeQuery = z.strictObject({
  account: account.optional(),
  webhook: z.string().min(1).max(64).optional().meta({ description: 'The id of a webhook.' }),
  since: queryTime.optional().meta({ description: 'Raised at or after.', format: 'date-time' }),
  acknowledged: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'false: only those that nobody has acknowledged.' }),
  cursor: cursor.optional(),
  limit,
});

const notificationsSchema = z
  .object({
    url: z.string(),
    signing: signingProfile,
    tokenHeader: z.string(),
    hasSecret: z.boolean(),
    enabled: z.boolean(),
    disabled: disabledSchema,
    createdAt: time,
    updatedAt: time,
    waiting: z.int().meta({ description: 'How many operational events it is owed.' }),
    recent: z
      .array(
        z.object({
          at: time,
          eventId: z.string().meta({ description: 'The webhook-id header of the request.' }),
          number: z.int(),
          outcome: z.enum(OUTCOMES),
          statusCode: z.int().nullable(),
          durationMs: z.number(),
        }),
      )
      .meta({ description: 'The latest tries, the newest first, at most 20.' }),
  })
  .meta({ id: 'Notifications' });

const notificationSettingsSchema = z
  .strictObject({
    url: webhookUrl,
    secret: secret
      .nullable()
      .optional()
      .meta({ description: 'Left out: as it is. null: none. Never given back.' }),
    signing: signingProfile.optional(),
    tokenHeader: tokenHeader.optional(),
  })
  .meta({ id: 'NotificationSettings' });

const ofAccount = z.object({ account });

/** The routes of notices and notifications. */
export const NOTICE_ROUTES = {
  listNotices: {
    method: 'GET',
    path: '/v1/notices',
    summary: 'Notices, the newest first',
    description:
      'A webhook whose every try fails is told of at its first failure, half way to being disabled, when it is disabled' +
      ' and when it works again. The latest 1,000 of an account are kept for 90 days.',
    tag: 'Notices',
    query: noticeQuery,
    responses: { 200: pageOf(noticeSchema).meta({ id: 'NoticePage' }) },
    errors: ['invalid_cursor'],
  },
  acknowledgeNotice: {
    method: 'POST',
    path: '/v1/notices/{id}/acknowledge',
    summary: 'Say that a person has seen a notice',
    tag: 'Notices',
    params: pathId,
    responses: { 200: noticeSchema },
    errors: ['not_found'],
  },
  listNotifications: {
    method: 'GET',
    path: '/v1/notifications',
    summary: 'Where the notices of an account are sent, if anywhere',
    description: 'One item, or none when the account has no notification URL, which is no error here.',
    tag: 'Notices',
    query: z.strictObject({ account }),
    responses: { 200: pageOf(notificationsSchema).meta({ id: 'NotificationsPage' }) },
    errors: [],
  },
  getNotifications: {
    method: 'GET',
    path: '/v1/accounts/{account}/notifications',
    summary: 'Where the notices of an account are sent',
    tag: 'Notices',
    params: ofAccount,
    responses: { 200: notificationsSchema },
    errors: ['not_found'],
  },
  setNotifications: {
    method: 'PUT',
    path: '/v1/accounts/{account}/notifications',
    summary: 'Have the notices of an account sent to a URL',
    description:
      'Each notice of a webhook is a signed POST of webhook.failing, webhook.disabled or webhook.recovered, tried again like any' +
      ' delivery. At most 100 warnings of an account are sent in an hour; what is disabled is always sent.',
    tag: 'Notices',
    params: ofAccount,
    body: notificationSettingsSchema,
    responses: { 200: notificationsSchema },
    errors: ['secret_key_mismatch'],
  },
  deleteNotifications: {
    method: 'DELETE',
    path: '/v1/accounts/{account}/notifications',
    summary: 'Send no notices any more',
    description: 'They are still listed.',
    tag: 'Notices',
    params: ofAccount,
    responses: { 204: z.null().meta({ description: 'Done.' }) },
    errors: ['not_found'],
  },
  testNotifications: {
    method: 'POST',
    path: '/v1/accounts/{account}/notifications/test',
    summary: 'Send a test to the notification URL',
    tag: 'Notices',
    params: ofAccount,
    responses: {
      202: z
        .object({ eventId: z.string().meta({ description: 'The webhook-id header of the request.' }) })
        .meta({ id: 'NotificationTestSent' }),
    },
    errors: ['not_found', 'webhook_disabled'],
  },
} as const satisfies Record<string, Route>;

/** A notice, as the API gives it. */
export type ApiNotice = z.infer<typeof noticeSchema>;

/** Where the notices of an account are sent, as the API gives it. */
export type ApiNotifications = z.infer<typeof notificationsSchema>;
