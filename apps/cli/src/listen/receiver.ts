/** A receiver for trying things out: it answers as its script says and tells what it got. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAX_BODY_BYTES } from '@hooklane/core';
import type { SigningProfile } from '@hooklane/core';
import { verifySignature } from '@hooklane/signature';

/** How it answers, and what it believes. */
export interface ReceiverOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  /** In order; the last one repeats. */
  answers: readonly number[];
  /** Before an answer. */
  delayMs: number;
  /** null: signatures are not checked. */
  secret: string | null;
  signing: SigningProfile;
  tokenHeader: string;
  onRequest: (request: HeardRequest) => void;
}

/** One request and its answer. */
export interface HeardRequest {
  /** ms since the epoch. */
  at: number;
  method: string;
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
  /** null: not checked. */
  verified: boolean | null;
  /** Why not; null when it is, or was not checked. */
  reason: string | null;
  status: number;
}

const MAX_CONNECTIONS = 1000;

/** Starts it. Rejects when the port is taken. */
export async function startReceiver(
  options: ReceiverOptions,
): Promise<{ port: number; close: () => Promise<void> }> {
  let answered = 0;
  const nextAnswer = (): number => options.answers[Math.min(answered++, options.answers.length - 1)] ?? 200;
  const server = createServer((request, response) => {
    hear(request, response, { options, nextAnswer }).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function hear(
  request: IncomingMessage,
  response: ServerResponse,
  { options, nextAnswer }: { options: ReceiverOptions; nextAnswer: () => number },
): Promise<void> {
  const at = Date.now();
  const body = await readBody(request);
  if (body === null) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const reason = options.secret === null ? null : whyNot(options, options.secret, { request, body });
  // A real receiver refuses what it does not believe; this uses up no answer of the script.
  const status = reason === null ? nextAnswer() : 401;
  options.onRequest({
    at,
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: body.toString('utf8'),
    verified: options.secret === null ? null : reason === null,
    reason,
    status,
  });
  const timer = setTimeout(() => answer(response, status), options.delayMs);
  response.once('close', () => clearTimeout(timer));
}

function answer(response: ServerResponse, status: number): void {
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, hasBody ? { 'content-type': 'text/plain' } : {});
  response.end(hasBody ? `${status} from hooklane listen\n` : undefined);
}

/** null when the request is believed. */
function whyNot(
  { signing, tokenHeader }: ReceiverOptions,
  secret: string,
  { request, body }: { request: IncomingMessage; body: Buffer },
): string | null {
  const result = verifySignature({
    profile: signing,
    secrets: [secret],
    headers: request.headers,
    body,
    tokenHeader,
  });
  return result.ok ? null : result.reason;
}

/** null when it is larger than any body of ours. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  if (server.listening) await once(server, 'close');
}
