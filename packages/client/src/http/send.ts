/** One try: one request, one deadline for the whole answer. */
import type { Route } from '../contract/route.ts';
import { ApiError } from './api-error.ts';
import type { BuiltRequest } from './build-request.ts';
import { readAnswer } from './read-answer.ts';

/** How a request is sent. */
export interface Sending {
  fetch: typeof globalThis.fetch;
  timeoutMs: number;
  /** Cuts it short; its reason is thrown. */
  signal: AbortSignal | null;
}

/** Resolves to the body of the answer. Throws {@link ApiError}, or the reason of `signal`. */
export async function send(route: Route, request: BuiltRequest, sending: Sending): Promise<unknown> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), sending.timeoutMs);
  const signals = [deadline.signal, ...(sending.signal === null ? [] : [sending.signal])];
  const { url, ...init } = request;
  try {
    // A redirect is not followed: the token is for this address alone.
    const response = await sending.fetch(url, {
      ...init,
      signal: AbortSignal.any(signals),
      redirect: 'manual',
    });
    return await readAnswer(route, response);
  } catch (error) {
    sending.signal?.throwIfAborted();
    if (error instanceof ApiError) throw error;
    throw deadline.signal.aborted ? timedOut(url, sending.timeoutMs) : unreachable(url, error);
  } finally {
    clearTimeout(timer);
  }
}

/** No answer in time. */
export function timedOut(url: string, timeoutMs: number): ApiError {
  const detail = `${new URL(url).origin} did not answer within ${timeoutMs / 1000} s.`;
  return new ApiError({ code: 'timeout', status: null, detail });
}

/** No connection, or it broke. */
export function unreachable(url: string, cause: unknown): ApiError {
  const detail = `${new URL(url).origin} cannot be reached: ${reasonOf(cause)}.`;
  return new ApiError({ code: 'unreachable', status: null, detail, cause });
}

/** `fetch failed` tells nothing; its cause does. The cause of several addresses is in `errors`. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } };
  if (cause === undefined) return error instanceof Error ? error.message : String(error);
  const code = typeof cause.code === 'string' ? cause.code : '';
  const message = typeof cause.message === 'string' && cause.message !== '' ? cause.message : code;
  if (message === '') return 'no connection';
  return message.includes(code) ? message : `${message} (${code})`;
}
