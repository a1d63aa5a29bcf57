/** Who may use `/v1`: the bearer of a token, or a page with the cookie of a session that began with one. */
import { CONSOLE_HEADER } from '@hooklane/client';
import { HooklaneError } from '@hooklane/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import { readSessionCookie } from '../access/session-cookie.ts';
import type { RequestLimits } from '../access/request-limits.ts';
import type { Tokens } from '../access/tokens.ts';
import type { SessionStore } from '../ports.ts';
import { comesFromHere, isReading } from './refuse-foreign-origin.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null until `authenticate` has seen the request, and on routes that are open to everybody. */
    principal: Principal | null;
  }
}

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/** What says who somebody is. */
export interface Identities {
  tokens: Tokens;
  sessions: Pick<SessionStore, 'findSession'>;
  limits: RequestLimits;
}

/** Makes room for the principal. Must come before the routes. */
export function decoratePrincipal(app: FastifyInstance): void {
  app.decorateRequest('principal', null);
}

/** A hook that puts the principal on the request. It throws `unauthorized`, `session_write_refused`, `too_many_requests`. */
export function authenticate({
  tokens,
  sessions,
  limits,
}: Identities): (request: FastifyRequest) => Promise<void> {
  const bySession = async (id: string): Promise<Principal | null> => {
    const session = await sessions.findSession(id);
    return session && tokens.findById(session.principalId);
  };
  const byToken = async (token: string, address: string): Promise<Principal | null> => {
    limits.demandFewFailures(address, token);
    const principal = await tokens.findByToken(token);
    if (principal === null) limits.countFailure(address);
    else limits.remember(address, token);
    return principal;
  };
  return async (request) => {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      const token = BEARER.exec(authorization)?.[1];
      if (token === undefined) throw unauthorized('There is no API token in the request');
      request.principal = await byToken(token, request.socket.remoteAddress ?? '');
      if (request.principal === null) throw unauthorized('The API token is not the right one');
    } else {
      const id = readSessionCookie(cookie);
      if (id === null) throw unauthorized('There is no API token in the request');
      request.principal = await bySession(id);
      if (request.principal === null)
        throw new HooklaneError('unauthorized', { detail: 'The session has ended. Sign in again.' });
      demandConsole(request);
    }
    limits.countRequest(request.principal.id);
  };
}

/** The same rule for routes that are open to everybody: a cookie that comes along must come from the console. */
export async function guardCookie(request: FastifyRequest): Promise<void> {
  if (readSessionCookie(request.headers.cookie) !== null) demandConsole(request);
}

/**
 * A browser sends the cookie by itself, so a write with it must show that a page of ours made it: it comes from this
 * origin, and with a header that no other origin's page can add without being asked first (CORS). Reading is safe: the
 * answer is for this origin alone. Throws `session_write_refused`.
 */
function demandConsole(request: FastifyRequest): void {
  if (isReading(request)) return;
  const { headers } = request;
  const site = headers['sec-fetch-site'];
  const isHere =
    site === undefined ? headers.origin !== undefined && comesFromHere(request) : site === 'same-origin';
  if (isHere && headers[CONSOLE_HEADER] === '1') return;
  throw new HooklaneError('session_write_refused', {
    detail:
      `A write with the cookie of a session must come from this server's own page and carry ${CONSOLE_HEADER}: 1.` +
      ' Programs send Authorization: Bearer <token> instead.',
  });
}

function unauthorized(what: string): HooklaneError {
  return new HooklaneError('unauthorized', { detail: `${what}. Send Authorization: Bearer <token>.` });
}
