/** Receives under frameworks that speak the web's own Request and Response: Hono, Next.js, Remix, Deno, Bun. */
import { readBody } from './read-body.ts';
import { createReceiver } from './receive.ts';
import type { Answer, WebhookHandlerOptions } from './receive.ts';

/**
 * A function from a request to its answer; it never rejects. 204: done, or nobody listens to this event. 200: a
 * repeat. 400: no event of Hooklane. 401: not signed with one of the secrets. 405, 408, 413: no POST, too slow, too
 * large. 500: your function failed. 503: another try of it is being worked on. After 500 and 503 Hooklane comes again.
 * Throws TypeError for options that cannot work.
 */
export function createWebhookHandler(
  options: WebhookHandlerOptions,
): (request: Request) => Promise<Response> {
  const receiver = createReceiver(options);
  return async (request) => {
    if (request.bodyUsed || request.body?.locked === true) return toResponse(receiver.alreadyRead());
    const reader = request.body?.getReader();
    const read = await readBody(reader === undefined ? NOTHING : chunksOf(reader), {
      maxBytes: receiver.maxBytes,
      timeoutMs: receiver.timeoutMs,
    });
    if (read.is !== 'read') reader?.cancel().catch(() => {});
    return toResponse(await receiver.answer(request.method, request.headers, read));
  };
}

const NOTHING: AsyncIterator<Uint8Array> = { next: async () => ({ done: true, value: undefined }) };

function chunksOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncIterator<Uint8Array> {
  return {
    next: async () => {
      const step = await reader.read();
      return step.done ? { done: true, value: undefined } : { done: false, value: step.value };
    },
  };
}

function toResponse({ status, headers, body }: Answer): Response {
  return new Response(status === 204 ? null : body, { status, headers });
}
