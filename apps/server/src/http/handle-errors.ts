/** Turns everything that goes wrong into a problem. */
import { HooklaneError, showValue } from '@hooklane/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from './limits.ts';
import { sendProblem } from './problem.ts';
import { isConsolePage, sendPage } from './serve-console.ts';

/** Registers the handlers of errors and of addresses that do not exist. `consolePage`: null when it is not built. */
export function handleErrors(app: FastifyInstance, consolePage: string | null): void {
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    if (consolePage !== null && isConsolePage(request)) return sendPage(reply, consolePage);
    return sendProblem(
      reply,
      new HooklaneError('not_found', {
        detail: `There is no ${request.method} ${showValue(request.url.split('?', 1)[0])}. See /docs.`,
      }),
    );
  });
}

/** Answers with the problem, and logs what is ours. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = error instanceof HooklaneError ? error : translate(error, request);
  if (known.code === 'internal_error') request.log.error({ err: error }, 'a request failed');
  else if (known.status >= 500) {
    // Without its stack: while Redis is away every request says so.
    request.log.warn({ code: known.code, detail: known.message }, 'a request could not be served');
  }
  return sendProblem(reply, known);
}

/** Fastify's errors, by their codes. Anything else is a bug, and only the log says what. */
function translate(error: unknown, request: FastifyRequest): HooklaneError {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new HooklaneError('body_too_large', {
        detail: `The request may have ${request.routeOptions.bodyLimit} bytes; this one has more.`,
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new HooklaneError('unsupported_media_type', {
        detail: `The body must be application/json; this one is ${showValue(request.headers['content-type'])}.`,
      });
    case 'FST_ERR_BAD_URL':
      return unreadable('The address has a broken percent encoding.');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return unreadable(
        `A part of the address may have ${LIMITS.maxParamChars} characters; this one has more.`,
      );
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return unreadable('The body does not have the length that Content-Length tells.');
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return unreadable('The request cannot be read.');
  }
  return new HooklaneError('internal_error', {
    detail: `Something broke on our side. The log has the details under the request id ${request.id}.`,
    cause: error,
  });
}

function unreadable(detail: string): HooklaneError {
  return new HooklaneError('invalid_request', { detail });
}
