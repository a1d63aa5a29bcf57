/**
 * A real HTTP(S) server that answers as its script says and remembers what it got.
 *
 * @example
 * const receiver = await startReceiver();
 * receiver.answer('/hook', 500, 'reset', 200);
 * // … send to receiver.url('/hook') …
 * await receiver.waitFor(3);
 * await receiver.close();
 */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { dieIfCondemned, playStep } from './play-step.ts';
import { ReceivedRequest, RequestLog, type Expectation } from './request-log.ts';
import { ScriptReader, type Script, type Step, type StepFor } from './script.ts';

/** All optional. */
export interface ReceiverOptions {
  /** PEM texts; with them the receiver speaks HTTPS. */
  tls?: { key: string; cert: string };
  /** Steps per path; a path without any answers 200. */
  script?: Script;
  /** How many requests to keep, the newest ones; 0 only counts. Default 100,000. */
  keep?: number;
  /** Address to listen on. Default 127.0.0.1. */
  host?: string;
  /** Default: a free one. */
  port?: number;
}

/** A running receiver. */
export interface Receiver {
  readonly port: number;
  /** The kept requests, the oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** How many requests were received in full. */
  readonly received: number;
  /** How many connections are open now. */
  readonly openSockets: number;
  /** How many connections were ever made. */
  readonly acceptedSockets: number;
  /** `http://127.0.0.1:<port><path>`; `https` with TLS. Default path `/`. */
  url(path?: string): string;
  /** From now on requests to `path` (without query; `*`: any other) get these steps, the last one repeats. */
  answer(path: string, ...steps: (Step | StepFor)[]): void;
  /** Waits for that many requests since the start, or for a question to come true. Default 5,000 ms, then rejects. */
  waitFor(expected: Expectation, timeoutMs?: number): Promise<readonly ReceivedRequest[]>;
  /** Destroys all connections. May be called again. */
  close(): Promise<void>;
}

/** Starts a receiver on a free port. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const script = new ScriptReader(options.script ?? {});
  const log = new RequestLog(options.keep ?? 100_000);
  const server = createServer(options, (request, response) => receive(request, response, { script, log }));
  const sockets = trackSockets(server);
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, host, options.port ?? 0);
  const origin = `http${options.tls ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  let closing: Promise<void> | undefined;
  return {
    port,
    requests: log.requests,
    get received() {
      return log.received;
    },
    get openSockets() {
      return sockets.open.size;
    },
    get acceptedSockets() {
      return sockets.accepted;
    },
    url: (path = '/') => origin + path,
    answer: (path, ...steps) => script.set(path, steps),
    waitFor: (expected, timeoutMs = 5000) => log.waitFor(expected, timeoutMs),
    close: () => (closing ??= closeServer(server, sockets.open)),
  };
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

function createServer(options: ReceiverOptions, listener: Listener): Server {
  // No time limits of its own and no Keep-Alive header: the script alone decides.
  const limits = {
    keepAliveTimeout: 0,
    requestTimeout: 0,
    headersTimeout: 0,
    connectionsCheckingInterval: 86_400_000,
  };
  if (options.tls === undefined) return createHttpServer(limits, listener);
  const server = createHttpsServer({ ...limits, ...options.tls }, listener);
  // A sender that refuses our certificate is what some tests want.
  server.on('tlsClientError', () => {});
  return server;
}

/** Reads the request to its end, records it, plays its step. */
function receive(
  request: IncomingMessage,
  response: ServerResponse,
  { script, log }: { script: ScriptReader; log: RequestLog },
): void {
  if (dieIfCondemned(request.socket)) return;
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0]?.toString() : Buffer.concat(chunks).toString();
    const received = new ReceivedRequest(request, body ?? '');
    log.add(received);
    playStep(script.next(received), request, response);
  });
}

function trackSockets(server: Server): { open: Set<Socket>; accepted: number } {
  const sockets = { open: new Set<Socket>(), accepted: 0 };
  server.on('connection', (socket: Socket) => {
    sockets.accepted += 1;
    sockets.open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.open.delete(socket));
  });
  return sockets;
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, 4096, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
