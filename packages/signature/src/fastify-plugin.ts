/** Receives under Fastify, whose own parsers would take the raw body away. */
import type { IncomingMessage } from 'node:http';
import { answerNode } from './node-handler.ts';
import { createReceiver } from './receive.ts';
import type { WebhookHandlerOptions } from './receive.ts';

/** What the plugin uses of a Fastify instance, 4 or 5. */
export interface FastifyLike {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    contentType: string,
    parser: (request: unknown, payload: unknown, done: (error: Error | null, body?: unknown) => void) => void,
  ): unknown;
  post(
    path: string,
    handler: (request: { raw: IncomingMessage }, reply: FastifyReplyLike) => Promise<unknown>,
  ): unknown;
}

/** What the plugin uses of a Fastify reply. */
export interface FastifyReplyLike {
  code(status: number): unknown;
  headers(headers: Record<string, string>): unknown;
  send(body?: string): unknown;
  hijack(): unknown;
}

/**
 * A plugin with one route: `app.register(createFastifyWebhookPlugin('/hooks', …))`. It takes the parsers away in its
 * own context only. Answers as {@link createWebhookHandler} does. Throws TypeError for options that cannot work.
 */
export function createFastifyWebhookPlugin(
  path: string,
  options: WebhookHandlerOptions,
): (app: FastifyLike) => Promise<void> {
  const receiver = createReceiver(options);
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    app.post(path, async (request, reply) => {
      const answer = await answerNode(receiver, request.raw);
      if (answer === null) return reply.hijack();
      reply.code(answer.status);
      reply.headers(answer.headers);
      return answer.body === '' ? reply.send() : reply.send(answer.body);
    });
  };
}
