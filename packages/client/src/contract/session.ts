/** Signing in: a token becomes a cookie that scripts of a page cannot read. */
import { z } from 'zod';
import { time } from './fields.ts';
import type { Route } from './route.ts';

/** The cookie that carries a session. */
export const SESSION_COOKIE = 'hooklane_session';

/** The header that every write with the cookie needs: the page of another site cannot send it unasked. */
export const CONSOLE_HEADER = 'x-hooklane-console';

/** The longest token that is looked at, in characters. */
const MAX_TOKEN_CHARS = 1024;

/** A sign-in. */
const signInSchema = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .max(MAX_TOKEN_CHARS)
      .meta({ description: 'An API token. Never given back.', writeOnly: true }),
  })
  .meta({ id: 'SignIn' });

/** Who is signed in. */
const sessionSchema = z
  .object({
    name: z.string().meta({ description: 'Of the token.' }),
    roles: z.array(z.string()),
    accounts: z
      .array(z.string())
      .nullable()
      .meta({ description: 'The accounts that may be seen; null: all.' }),
    expiresAt: time.meta({ description: 'When the session ends by itself.' }),
  })
  .meta({ id: 'Session' });

/** The routes of a session. */
export const SESSION_ROUTES = {
  createSession: {
    method: 'POST',
    path: '/v1/session',
    summary: 'Sign in',
    description:
      `Answers with the cookie \`${SESSION_COOKIE}\`, which then does instead of a token for 12 hours. A write with` +
      ` the cookie must come from this server's own page and carry \`${CONSOLE_HEADER}: 1\`. Ten wrong tokens` +
      ' a minute from one address are answered, then 429.',
    tag: 'Session',
    open: true,
    body: signInSchema,
    responses: { 200: sessionSchema },
    errors: ['session_write_refused'],
  },
  getSession: {
    method: 'GET',
    path: '/v1/session',
    summary: 'Who is signed in',
    description: 'For the session of the cookie; with a token alone there is none, and the answer is 401.',
    tag: 'Session',
    responses: { 200: sessionSchema },
    errors: [],
  },
  deleteSession: {
    method: 'DELETE',
    path: '/v1/session',
    summary: 'Sign out',
    description: 'Ends the session on every server. Signing out twice is harmless.',
    tag: 'Session',
    open: true,
    responses: { 204: z.null().meta({ description: 'Done.' }) },
    errors: ['session_write_refused', 'forbidden_origin'],
  },
} as const satisfies Record<string, Route>;

/** Who is signed in, as the API gives it. */
export type ApiSession = z.infer<typeof sessionSchema>;
