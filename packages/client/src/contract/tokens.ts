/** API tokens: made, listed and revoked by admins. The token itself is shown once and kept as a digest only. */
import { ROLES } from '@hooklane/core';
import { z } from 'zod';
import { account, eventTime, pageOf, pathId, time } from './fields.ts';
import type { Route } from './route.ts';

/** The most accounts that one token can be bound to. */
const MAX_ACCOUNTS = 100;

const role = z.enum(ROLES).meta({
  id: 'Role',
  description:
    'emit: give events. read: see everything but tokens and the audit log. manage: also change webhooks and switches,' +
    ' send tests, redeliver, redrive, discard. admin: everything.',
});

const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), {
    error: 'must be free of control characters',
  })
  .meta({ description: 'For people: whose it is, and what for.', minLength: 1, maxLength: 100 });

/** A token to make. An admin is never bound to accounts. */
const newTokenSchema = z
  .strictObject({
    name,
    roles: z.array(role).min(1).max(ROLES.length).meta({ description: 'What it may do.' }),
    accounts: z
      .array(account)
      .min(1)
      .max(MAX_ACCOUNTS)
      .nullish()
      .meta({ description: 'The only accounts that it may see and change. Default: all.' }),
    expiresAt: eventTime
      .nullish()
      .meta({ description: 'From then on it is refused. Default: never.', format: 'date-time' }),
  })
  .refine(
    ({ roles, accounts }) => !(roles.includes('admin') && accounts !== undefined && accounts !== null),
    {
      path: ['accounts'],
      error: 'cannot go together with the role admin, which is for everything',
    },
  )
  .meta({ id: 'NewToken' });

const TOKEN = {
  id: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  accounts: z.array(z.string()).nullable().meta({ description: 'null: all.' }),
  createdAt: time,
  createdBy: z.string().meta({ description: 'The name of the token that made it.' }),
  expiresAt: time.nullable().meta({ description: 'null: never.' }),
  lastUsedAt: time.nullable().meta({ description: 'To the minute; null: never.' }),
};

const tokenSchema = z.object(TOKEN).meta({ id: 'Token' });

const tokenMadeSchema = z
  .object({ ...TOKEN, token: z.string().meta({ description: 'The token. Shown this once.' }) })
  .meta({ id: 'TokenMade' });

/** The routes of tokens. */
export const TOKEN_ROUTES = {
  listTokens: {
    method: 'GET',
    path: '/v1/tokens',
    summary: 'API tokens, the newest first',
    description:
      'Without that of the setting HOOKLANE_API_TOKEN, which is always there and may do everything.',
    tag: 'Access',
    responses: { 200: pageOf(tokenSchema).meta({ id: 'TokenPage' }) },
    errors: [],
  },
  createToken: {
    method: 'POST',
    path: '/v1/tokens',
    summary: 'Make an API token',
    description: 'The answer holds the token, this once: Hooklane keeps a digest of it only.',
    tag: 'Access',
    body: newTokenSchema,
    responses: { 201: tokenMadeSchema },
    errors: ['too_many_tokens'],
  },
  revokeToken: {
    method: 'DELETE',
    path: '/v1/tokens/{id}',
    summary: 'Revoke an API token',
    description: 'At once, on every server; sessions that began with it end as well.',
    tag: 'Access',
    params: pathId,
    responses: { 204: z.null().meta({ description: 'Done.' }) },
    errors: ['not_found'],
  },
} as const satisfies Record<string, Route>;

/** A token to make, as the API takes it. */
export type ApiNewToken = z.input<typeof newTokenSchema>;

/** A token, as the API gives it. */
export type ApiToken = z.infer<typeof tokenSchema>;
