/** Request bodies: UTF-8 JSON, and the text stays at hand because an event's body must leave as it came. */
import { isUtf8 } from 'node:buffer';
import { HooklaneError } from '@hooklane/core';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The text of the body as it came; '' without one. */
    rawBody: string;
  }
}

/** Takes application/json and nothing else. */
export function parseJsonBodies(app: FastifyInstance): void {
  app.decorateRequest('rawBody', '');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    try {
      if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') throw encoded();
      if (!isUtf8(bytes)) throw unreadable('The body is not UTF-8.');
      request.rawBody = bytes.toString('utf8');
      done(null, request.rawBody === '' ? undefined : parseJson(request.rawBody));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** JSON.parse; throws `invalid_request` that says where the text breaks, and never shows the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = breakIn(text, error as SyntaxError);
    throw unreadable(
      at >= text.length
        ? `The body is not JSON: it ends too early, after ${text.length} characters.`
        : `The body is not JSON: it breaks at position ${at} of ${text.length}.`,
    );
  }
}

/**
 * V8 tells the position for some errors; for "Unexpected token" it quotes the text instead, which may hold a secret.
 * Then the longest beginning that is not yet wrong is looked for: 20 steps for a megabyte.
 */
function breakIn(text: string, error: SyntaxError): number {
  const told = /at position (\d+)/.exec(error.message);
  if (told !== null) return Number(told[1]);
  if (!isUnexpectedToken(error)) return text.length;
  let fine = 0;
  let wrong = text.length;
  while (wrong - fine > 1) {
    const middle = Math.floor((fine + wrong) / 2);
    if (breaksWithin(text.slice(0, middle))) wrong = middle;
    else fine = middle;
  }
  return fine;
}

/** Whether a beginning is wrong already, rather than only too short. */
function breaksWithin(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return false;
  } catch (error) {
    return isUnexpectedToken(error as SyntaxError);
  }
}

function isUnexpectedToken(error: SyntaxError): boolean {
  return error.message.startsWith('Unexpected token');
}

function unreadable(detail: string): HooklaneError {
  return new HooklaneError('invalid_request', { detail });
}

function encoded(): HooklaneError {
  return new HooklaneError('unsupported_media_type', {
    detail: 'The body must come without a content encoding.',
  });
}
