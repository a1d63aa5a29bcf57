/** A response as the body that the contract promises, or as the error that it is. */
import { parseRetryAfter, showValue } from '@hooklane/core';
import { z } from 'zod';
import { PROBLEM_MEDIA_TYPE } from '../contract/problem.ts';
import type { Route } from '../contract/route.ts';
import { ApiError } from './api-error.ts';

/** The largest answer that is read, bytes: an event of 1 MiB with all its deliveries and their attempts fits. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** A newer server may have codes that this client does not know. */
const lenientProblem = z.object({
  code: z.string(),
  detail: z.string().optional(),
  title: z.string().optional(),
  field: z.string().optional(),
  issues: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

/** Resolves to the body; fields that the contract does not know stay in it. Throws {@link ApiError}. */
export async function readAnswer(route: Route, response: Response): Promise<unknown> {
  const text = await readText(response);
  const schema = route.responses[response.status];
  if (schema === undefined) throw failureOf(response, text);
  if (response.status === 204) return null;
  if (route.mediaType !== undefined) return text;
  return check(schema, parse(text, response), response);
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const decoder = new TextDecoder();
  let text = '';
  for (let bytes = 0; ;) {
    const chunk = await reader.read();
    if (chunk.done) return text + decoder.decode();
    bytes += chunk.value.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      await reader.cancel();
      throw unexpectedAnswer(response, `It is larger than ${MAX_ANSWER_BYTES} bytes.`);
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
}

function parse(text: string, response: Response): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unexpectedAnswer(response, 'It is not JSON.');
  }
}

function check(schema: z.ZodType, body: unknown, response: Response): unknown {
  const wrong = findWrong(schema, body);
  if (wrong === null) return body;
  throw unexpectedAnswer(response, wrong);
}

/**
 * What is wrong with a body; null: nothing. Lenient: what a newer server adds is let through, at every depth; what is
 * missing or of another type is not.
 */
export function findWrong(schema: z.ZodType, body: unknown): string | null {
  const wrong = schema.safeParse(body).error?.issues.find(({ code }) => code !== 'unrecognized_keys');
  return wrong === undefined ? null : `${wrong.path.join('.') || 'The body'}: ${wrong.message}`;
}

function failureOf(response: Response, text: string): ApiError {
  const problem = problemOf(response, text);
  if (problem === null) {
    const location = response.headers.get('location');
    const hint = location === null ? '' : ` It points to ${showValue(location)}.`;
    return unexpectedAnswer(response, `That is no answer of Hooklane's API.${hint}`);
  }
  return new ApiError({
    code: problem.code,
    status: response.status,
    detail: problem.detail ?? problem.title ?? `The server answered ${response.status}.`,
    field: problem.field,
    issues: problem.issues,
    ...facts(response),
  });
}

function problemOf(response: Response, text: string): z.infer<typeof lenientProblem> | null {
  if (response.headers.get('content-type')?.startsWith(PROBLEM_MEDIA_TYPE) !== true) return null;
  try {
    return lenientProblem.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** An answer that is not one of Hooklane's API. */
export function unexpectedAnswer(response: Response, why: string): ApiError {
  const detail = `The server answered ${response.status}. ${why}`;
  return new ApiError({ code: 'unexpected_answer', status: response.status, detail, ...facts(response) });
}

function facts({ headers }: Response): { requestId: string | null; retryAfterMs: number | null } {
  return {
    requestId: headers.get('x-request-id'),
    retryAfterMs: parseRetryAfter(headers.get('retry-after'), Date.now()),
  };
}
