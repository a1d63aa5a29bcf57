/** The HTTP server of a program that has no other one: `/healthz`, `/readyz`, `/metrics`. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ERROR_CATALOGUE, HooklaneError } from '@hooklane/core';
import type { ErrorCode } from '@hooklane/core';
import type { Metrics } from './metrics.ts';
import { withDeadline } from './with-deadline.ts';

/** Whether a program can do its work; `problems` are sentences for an operator. */
export interface Readiness {
  ok: boolean;
  problems: string[];
}

/** What the health server answers from. */
export interface HealthServerOptions {
  /** 0 is any free one. */
  port: number;
  /** All addresses when missing: a container's probes come from outside. */
  host?: string;
  /** Asked for each `/readyz`; counts as not ready when it takes longer than 2 s or throws. */
  ready: () => Promise<Readiness>;
  metrics: Pick<Metrics, 'text' | 'contentType'>;
}

/** A running health server. */
export interface HealthServer {
  /** The port it listens on. */
  readonly port: number;
  /** Ends every connection. */
  close(): Promise<void>;
}

const READY_DEADLINE_MS = 2000;

interface Answer {
  status: number;
  type: string;
  body: string;
  headers?: Record<string, string>;
}

type Handler = () => Promise<Answer> | Answer;

/** Listens; throws `invalid_setting` when the port cannot be had. Headers, time and connections are bounded; bodies are not read. */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const routes: Record<string, Handler> = {
    '/healthz': () => json(200, { ok: true }),
    '/readyz': () => readyAnswer(options.ready),
    '/metrics': async () => ({
      status: 200,
      type: options.metrics.contentType,
      body: await options.metrics.text(),
    }),
  };
  const limits = {
    maxHeaderSize: 8192,
    headersTimeout: 5000,
    requestTimeout: 5000,
    keepAliveTimeout: 5000,
    connectionsCheckingInterval: 2000,
  };
  const server = createServer(limits, (request, response) => {
    void answer(routes, request).then((reply) => send(request, response, reply));
  });
  server.maxConnections = 100;
  await listen(server, options).catch((cause: unknown) => {
    throw cannotListen(options.port, cause);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

/** A port that cannot be had is the operator's to mend: `invalid_setting` for PORT, with the reason. */
export function cannotListen(port: number, cause: unknown): HooklaneError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const detail = `PORT is ${port}, which this program cannot listen on: ${reason}.`;
  return new HooklaneError('invalid_setting', { field: 'PORT', detail, cause });
}

async function answer(routes: Record<string, Handler>, request: IncomingMessage): Promise<Answer> {
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  const handler = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (handler === undefined) return problem('not_found', `There are ${Object.keys(routes).join(', ')}.`);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { ...problem('method_not_allowed', 'Use GET.'), headers: { allow: 'GET, HEAD' } };
  }
  try {
    return await handler();
  } catch (error) {
    return problem('internal_error', error instanceof Error ? error.message : 'An unknown error.');
  }
}

async function readyAnswer(ready: () => Promise<Readiness>): Promise<Answer> {
  const state = await withDeadline(ready(), READY_DEADLINE_MS).catch((error: unknown): Readiness => ({
    ok: false,
    problems: [`The check failed: ${String(error)}`],
  }));
  return json(state.ok ? 200 : 503, state);
}

function json(status: number, body: unknown): Answer {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}

function problem(code: ErrorCode, detail: string): Answer {
  const { status, title } = ERROR_CATALOGUE[code];
  const body = JSON.stringify({ type: 'about:blank', title, status, code, detail });
  return { status, type: 'application/problem+json', body };
}

function send(request: IncomingMessage, response: ServerResponse, reply: Answer): void {
  const headers = {
    'content-type': reply.type,
    'content-length': Buffer.byteLength(reply.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...reply.headers,
  };
  // A request with a body that nobody reads must not keep its connection.
  const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'];
  response.writeHead(reply.status, hasBody ? { ...headers, connection: 'close' } : headers);
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

function listen(server: Server, options: HealthServerOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port: options.port, ...(options.host === undefined ? {} : { host: options.host }) }, () => {
    server.off('error', reject);
    resolve();
  });
  return promise;
}

function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  return promise;
}
