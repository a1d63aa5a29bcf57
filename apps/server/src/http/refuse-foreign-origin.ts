/** A browser that was led here by another site may not write. Programs send neither header. */
import { HooklaneError } from '@hooklane/core';
import type { FastifyRequest } from 'fastify';

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const OWN_SITE: ReadonlySet<string> = new Set(['same-origin', 'none']);

/** A hook that throws `forbidden_origin`. */
export async function refuseForeignOrigin(request: FastifyRequest): Promise<void> {
  if (isReading(request) || comesFromHere(request)) return;
  throw new HooklaneError('forbidden_origin', {
    detail: 'The request was made by the page of another site. Use the console from its own address.',
  });
}

/** Whether a request changes nothing. */
export function isReading({ method }: FastifyRequest): boolean {
  return READING.has(method);
}

/** Whether no page of another origin made the request, as far as the headers tell. */
export function comesFromHere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') return OWN_SITE.has(site);
  const { origin, host } = headers;
  return origin === undefined || URL.parse(origin)?.host === host;
}
