/** Webhooks and scopes, as the API takes and gives them. */
import { MAX_SECRET_BYTES, parseDuration, showValue } from '@hooklane/core';
import { z } from 'zod';
import {
  account,
  cursor,
  eventType,
  friendlyName,
  limit,
  pageOf,
  scope,
  scopeName,
  signingProfile,
  time,
  tokenHeader,
  webhookUrl,
} from './fields.ts';

/** The longest overlap of a rotation: 7 days, in ms. */
const MAX_SECRET_OVERLAP_MS = 7 * 24 * 3_600_000;

/** A secret to set. */
export const secret = z
  .string()
  .max(MAX_SECRET_BYTES)
  .meta({ description: 'Write-only. One that begins whsec_ is base64. Never given back.', writeOnly: true });

const maxInFlight = z.int().min(1).max(256).meta({ description: 'The most tries in flight at once.' });

const secretOverlap = z
  .string()
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null && ms <= MAX_SECRET_OVERLAP_MS) return ms;
    const message = `must be 0s to 168h, such as 30m or 24h; this one is ${showValue(text)}.`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({
    description: 'How long the old secret goes on signing beside the new one: 0s to 168h. Default 24h.',
  });

/** Why and when something was disabled. */
export const disabledSchema = z
  .object({ reason: z.enum(['by_person', 'gone', 'failing']), at: time, message: z.string() })
  .nullable()
  .meta({
    description:
      'Why and when it was disabled; null while it is enabled. gone: the receiver answered 410. failing: every try failed for' +
      ' HOOKLANE_DISABLE_AFTER.',
  });

/** A webhook. Its secret is never given back: `hasSecret` says whether there is one. */
export const webhookSchema = z
  .object({
    id: z.string(),
    account: z.string(),
    scope,
    event: eventType,
    name: z.string(),
    url: z.string(),
    signing: signingProfile,
    tokenHeader: z.string(),
    hasSecret: z.boolean(),
    enabled: z.boolean(),
    disabled: disabledSchema,
    maxInFlight,
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Webhook' });

/** A webhook to create. `event` must suit the scope: build events for applications, deploy events for environments. */
export const newWebhookSchema = z
  .strictObject({
    name: friendlyName,
    event: eventType,
    url: webhookUrl,
    secret: secret.nullish(),
    signing: signingProfile.optional(),
    tokenHeader: tokenHeader.optional(),
    maxInFlight: maxInFlight.optional(),
    enabled: z.boolean().optional().meta({ description: 'Default true.' }),
  })
  .meta({ id: 'NewWebhook' });

/** What may change of a webhook; a missing key leaves it as it is. */
export const webhookPatchSchema = z
  .strictObject({
    name: friendlyName.optional(),
    event: eventType.optional(),
    url: webhookUrl.optional(),
    secret: secret.nullable().optional().meta({ description: 'A new secret, or null for none.' }),
    secretOverlap: secretOverlap.optional(),
    signing: signingProfile.optional(),
    tokenHeader: tokenHeader.optional(),
    maxInFlight: maxInFlight.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'WebhookPatch' });

/** A rotation of the secret. */
export const rotateSecretSchema = z
  .strictObject({ overlap: secretOverlap.optional() })
  .meta({ id: 'RotateSecret' });

/** The fresh secret: it can never be read again. */
export const secretRotatedSchema = z
  .object({
    secret: z.string().meta({ description: 'Begins with whsec_. Shown this once.' }),
    overlapUntil: time.nullable().meta({
      description:
        'Until when the old secret signs as well; null: there was none, it ended now, or the profile is not `standard`.',
    }),
  })
  .meta({ id: 'SecretRotated' });

/** A scope: its master switch and its webhooks. One that nobody configured is off and empty. */
export const scopeSchema = z
  .object({
    enabled: z.boolean().meta({ description: 'The master switch; off for a new scope.' }),
    webhooks: z.array(webhookSchema),
  })
  .meta({ id: 'ScopeState' });

/** The master switch of a scope. */
export const scopeSwitchSchema = z.strictObject({ enabled: z.boolean() }).meta({ id: 'ScopeSwitch' });

/** The account and the name in a scope's path. */
export const scopePath = z.object({ account, name: scopeName });

/** Filters of the list of scopes. */
export const scopeQuery = z.strictObject({
  account: account.optional(),
  kind: z.enum(['application', 'environment']).optional(),
  search: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: 'A part of the name or of the account, in any case.' }),
  cursor: cursor.optional(),
  limit,
});

/** Scopes that have a switch or a webhook, ordered by account, kind and name. */
export const scopePageSchema = pageOf(
  z.object({
    account: z.string(),
    scope,
    enabled: z.boolean(),
    webhooks: z.int().meta({ description: 'How many webhooks it has.' }),
  }),
).meta({ id: 'ScopePage' });

/** Filters of the list of webhooks. */
export const webhookQuery = z
  .strictObject({
    account: account.optional(),
    application: scopeName.optional(),
    environment: scopeName.optional(),
    search: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta({ description: 'A part of the Friendly Name, in any case.' }),
    cursor: cursor.optional(),
    limit,
  })
  .refine(({ application, environment }) => application === undefined || environment === undefined, {
    path: ['environment'],
    error: 'cannot go together with application: a webhook has one scope',
  });

/** Webhooks, ordered by account, kind and name of their scopes. */
export const webhookPageSchema = pageOf(webhookSchema).meta({ id: 'WebhookPage' });

/** What a test send made. */
export const testSentSchema = z
  .object({ eventId: z.string(), deliveryId: z.string() })
  .meta({ id: 'TestSent' });

/** A webhook, as the API gives it. */
export type ApiWebhook = z.infer<typeof webhookSchema>;

/** A webhook to create, as the API takes it. */
export type ApiNewWebhook = z.input<typeof newWebhookSchema>;

/** What may change of a webhook, as the API takes it. */
export type ApiWebhookPatch = z.input<typeof webhookPatchSchema>;

/** A scope, as the API gives it. */
export type ApiScope = z.infer<typeof scopeSchema>;

/** One entry of the list of scopes. */
export type ApiScopeEntry = z.infer<typeof scopePageSchema>['items'][number];
