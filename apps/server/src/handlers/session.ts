/** POST, GET and DELETE /v1/session */
import { HooklaneError } from '@hooklane/core';
import type { ApiSession } from '@hooklane/client';
import { clearedCookie, sessionCookie } from '../access/session-cookie.ts';
import { networkOf } from '../access/network.ts';
import type { Principal } from '../access/principal.ts';
import type { Handler } from '../deps.ts';
import { RetryLater } from '../http/problem.ts';
import { rfc3339 } from '../views/time.ts';

const LIFETIME_MS = 12 * 3_600_000;

/** Wrong tokens that one network may send in a minute. */
const MOST_GUESSES = 10;

/** Signs in. A session from before, of the same browser, ends. */
export const createSession: Handler<'createSession'> = async ({ body, caller }, { ports, tokens }) => {
  const network = networkOf(caller.address);
  const { count, resetInMs } = await ports.sessions.countGuess(network);
  if (count > MOST_GUESSES) throw tooManyGuesses(resetInMs);
  const principal = await tokens.findByToken(body.token);
  if (principal === null) {
    throw new HooklaneError('unauthorized', { detail: 'This is not a valid API token.', field: 'token' });
  }
  await ports.sessions.forgiveGuess(network);
  if (caller.sessionId !== null) await ports.sessions.endSession(caller.sessionId);
  const { id, expiresAt } = await ports.sessions.createSession(principal.id, LIFETIME_MS);
  const cookie = sessionCookie(id, { maxAgeMs: LIFETIME_MS, isSecure: caller.isSecure });
  return { status: 200, headers: { 'set-cookie': cookie }, body: viewSession(principal, expiresAt) };
};

/** Who is signed in. */
export const getSession: Handler<'getSession'> = async ({ caller }, { ports }) => {
  const session = caller.sessionId === null ? null : await ports.sessions.findSession(caller.sessionId);
  if (session === null || caller.principal?.id !== session.principalId) {
    throw new HooklaneError('unauthorized', { detail: 'Nobody is signed in here: POST /v1/session first.' });
  }
  return { status: 200, body: viewSession(caller.principal, session.expiresAt) };
};

/** Signs out, on every server. */
export const deleteSession: Handler<'deleteSession'> = async ({ caller }, { ports }) => {
  if (caller.sessionId !== null) await ports.sessions.endSession(caller.sessionId);
  return { status: 204, headers: { 'set-cookie': clearedCookie(caller.isSecure) }, body: null };
};

function viewSession({ name, roles, accounts }: Principal, expiresAt: number): ApiSession {
  return {
    name,
    roles: [...roles],
    accounts: accounts === null ? null : [...accounts],
    expiresAt: rfc3339(expiresAt),
  };
}

function tooManyGuesses(resetInMs: number): HooklaneError {
  const seconds = Math.max(1, Math.ceil(resetInMs / 1000));
  const detail = `There were ${MOST_GUESSES} wrong tokens from your address within a minute. Try again in ${seconds} s.`;
  return new RetryLater('too_many_requests', { detail }, seconds);
}
