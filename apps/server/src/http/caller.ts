/** Where a request comes from. */
import type { FastifyRequest } from 'fastify';
import { readSessionCookie } from '../access/session-cookie.ts';
import type { Caller } from '../access/principal.ts';

/** Reads the caller of a request that `authenticate` has seen. */
export function callerOf(request: FastifyRequest): Caller {
  return {
    principal: request.principal,
    sessionId: readSessionCookie(request.headers.cookie),
    via: request.headers.authorization === undefined ? 'session' : 'token',
    // A server that listens to both sees IPv4 as a part of IPv6.
    address: (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, ''),
    lastEventId: lastEventId(request),
    isSecure: isSecure(request),
  };
}

/**
 * Behind a proxy that ends TLS only the browser's own words tell. Who lies gets a cookie that is more or less careful
 * than it should be, and nobody else does.
 */
function isSecure({ protocol, headers }: FastifyRequest): boolean {
  const forwarded = String(headers['x-forwarded-proto'] ?? '').split(',', 1)[0];
  return (
    protocol === 'https' || forwarded?.trim() === 'https' || headers.origin?.startsWith('https://') === true
  );
}

function lastEventId({ headers }: FastifyRequest): string | null {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : null;
}
