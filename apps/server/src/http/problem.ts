/** Errors as the outside sees them: application/problem+json (RFC 9457), the same shape everywhere. */
import { PROBLEM_MEDIA_TYPE } from '@hooklane/client';
import type { Problem } from '@hooklane/client';
import { ERROR_CATALOGUE, HooklaneError } from '@hooklane/core';
import type { ErrorCode, ErrorDetails } from '@hooklane/core';
import type { FastifyReply } from 'fastify';

/** One field at fault, and a sentence about it. */
export interface FieldIssue {
  field: string;
  message: string;
}

/** `invalid_field` for one or several fields. */
export class InvalidFields extends HooklaneError {
  readonly issues: readonly FieldIssue[];

  constructor(issues: readonly [FieldIssue, ...FieldIssue[]]) {
    super('invalid_field', { detail: issues[0].message, field: issues[0].field });
    this.issues = issues;
  }
}

/** An error that passes at a known time. */
export class RetryLater extends HooklaneError {
  /** After this many seconds it is worth to try again. */
  readonly seconds: number;

  constructor(code: ErrorCode, details: ErrorDetails, seconds: number) {
    super(code, details);
    this.seconds = seconds;
  }
}

/** The same for all others that pass. */
const RETRY_AFTER_SECONDS = 1;

const RETRY_WHEN_FULL_SECONDS = 10;

/** The body of the answer to a failed request. */
export function problemOf(error: HooklaneError): Problem {
  const { status, title } = ERROR_CATALOGUE[error.code];
  return {
    type: 'about:blank',
    title,
    status,
    detail: error.message,
    code: error.code,
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(error instanceof InvalidFields && error.issues.length > 1 ? { issues: [...error.issues] } : {}),
  };
}

/** Answers with a problem, and the headers that go with its status. */
export function sendProblem(reply: FastifyReply, error: HooklaneError): FastifyReply {
  const problem = problemOf(error);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="hooklane"');
  if (problem.status === 503 || problem.status === 429) {
    reply.header('retry-after', String(secondsToWait(error)));
  }
  // As text: the schema of the route's success must not judge it.
  return reply.code(problem.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
}

function secondsToWait(error: HooklaneError): number {
  if (error instanceof RetryLater) return error.seconds;
  // Room comes with retention, or with an operator.
  return error.code === 'redis_full' ? RETRY_WHEN_FULL_SECONDS : RETRY_AFTER_SECONDS;
}
