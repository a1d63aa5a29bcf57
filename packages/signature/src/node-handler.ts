/** Receives under node:http, and under what builds on it: Express, Connect, Restify. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './read-body.ts';
import type { BodyRead } from './read-body.ts';
import { createReceiver } from './receive.ts';
import type { Answer, Receiver, WebhookHandlerOptions } from './receive.ts';

/**
 * A listener of node:http, and a handler of Express: `app.post('/hooks', createNodeWebhookHandler(…))`. It reads the
 * raw body, so it stands before any parser; a body that `express.raw()` read is fine too. Answers as
 * {@link createWebhookHandler} does and never rejects. Throws TypeError for options that cannot work.
 */
export function createNodeWebhookHandler(
  options: WebhookHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const receiver = createReceiver(options);
  return async (request, response) => {
    const answer = await answerNode(receiver, request);
    if (answer === null) return;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };
}

/** The answer to a request of Node, or null when the sender has gone. Never rejects. */
export async function answerNode(receiver: Receiver, request: IncomingMessage): Promise<Answer | null> {
  const read = request.readableDidRead ? readBefore(request) : await readNow(receiver, request);
  if (read === null) return receiver.alreadyRead();
  if (read.is === 'gone') return null;
  return receiver.answer(request.method ?? '', request.headers, read);
}

function readNow(receiver: Receiver, request: IncomingMessage): Promise<BodyRead> {
  const chunks: AsyncIterator<Uint8Array> = request[Symbol.asyncIterator]();
  return readBody(chunks, { maxBytes: receiver.maxBytes, timeoutMs: receiver.timeoutMs });
}

/** The raw body where parsers leave it: `express.raw()` in `body`, cloud functions in `rawBody`. */
function readBefore(request: IncomingMessage): BodyRead | null {
  const { rawBody, body } = request as { rawBody?: unknown; body?: unknown };
  const raw = rawBody instanceof Uint8Array ? rawBody : body;
  return raw instanceof Uint8Array ? { is: 'read', body: raw } : null;
}
