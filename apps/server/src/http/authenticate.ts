/** The bearer token of `/v1`. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { HooklaneError } from '@hooklane/core';
import type { FastifyRequest } from 'fastify';

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/** A hook that throws `unauthorized`. It compares digests, so neither content nor length shows in the time it takes. */
export function authenticate(apiToken: string): (request: FastifyRequest) => Promise<void> {
  const wanted = digest(apiToken);
  return async (request) => {
    const given = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (given !== undefined && timingSafeEqual(digest(given), wanted)) return;
    const what =
      given === undefined ? 'There is no API token in the request' : 'The API token is not the right one';
    throw new HooklaneError('unauthorized', { detail: `${what}. Send Authorization: Bearer <token>.` });
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
