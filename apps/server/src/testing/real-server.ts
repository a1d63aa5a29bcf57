/** Servers on a real Redis, as replicas of one house. */
import { DEFAULT_RETRY_POLICY } from '@hooklane/core';
import { createLogger, createMetrics } from '@hooklane/runtime';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { connectPorts } from '../connect-ports.ts';
import type { ConnectedPorts } from '../connect-ports.ts';
import type { ServerDeps } from '../deps.ts';
import { createServer } from '../server.ts';

/** The token of a real server, unless a test says another. */
export const REAL_TOKEN = 'real-token-0123456789';

/** What two programs of one house share. */
export const REAL_KEY = Buffer.alloc(32, 7);

/** An answer, read. */
export interface RealAnswer {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  /** {} when the answer is no JSON. */
  json: Record<string, unknown>;
  text: string;
}

/** A server, and a way to ask it. */
export interface RealServer {
  app: FastifyInstance;
  ports: ConnectedPorts['ports'];
  /** Asks with these headers only: without a token, unless they have it. */
  ask(
    method: NonNullable<InjectOptions['method']>,
    url: string,
    options?: { body?: object | string; headers?: Record<string, string>; address?: string },
  ): Promise<RealAnswer>;
  close(): Promise<void>;
}

/** Starts one. Close it when done. */
export function startRealServer(
  redisUrl: string,
  options: Partial<Pick<ServerDeps, 'apiToken' | 'consoleDir' | 'heartbeatMs' | 'now' | 'requestLimits'>> & {
    shards?: number;
    auditRetentionMs?: number;
    redisBudgetBytes?: number;
    secretKey?: Uint8Array;
    otherSecretKeys?: readonly string[];
  } = {},
): RealServer {
  const connected = connectPorts({
    settings: {
      redis: { url: redisUrl },
      allowedNetworks: ['127.0.0.1/32'],
      retentionMs: 86_400_000,
      requestTimeoutMs: 1000,
      retryPolicy: DEFAULT_RETRY_POLICY,
      otherSecretKeys: options.otherSecretKeys ?? [],
      ...(options.shards === undefined ? {} : { shards: options.shards }),
      ...(options.redisBudgetBytes === undefined ? {} : { redisBudgetBytes: options.redisBudgetBytes }),
      ...(options.auditRetentionMs === undefined ? {} : { auditRetentionMs: options.auditRetentionMs }),
    },
    secretKey: options.secretKey ?? REAL_KEY,
    onError: () => undefined,
  });
  const metrics = createMetrics('server', 'test');
  metrics.setBacklogSource(() => connected.readGauges());
  const app = createServer({
    ports: connected.ports,
    logger: createLogger({ name: 'server', level: 'silent' }),
    metrics,
    apiToken: REAL_TOKEN,
    version: '0.0.0',
    ...options,
  });
  return {
    app,
    ports: connected.ports,
    ask: (method, url, request) => ask(app, { method, url, ...request }),
    async close() {
      await app.close();
      await connected.close();
    },
  };
}

async function ask(
  app: FastifyInstance,
  request: {
    method: NonNullable<InjectOptions['method']>;
    url: string;
    body?: object | string;
    headers?: Record<string, string>;
    address?: string;
  },
): Promise<RealAnswer> {
  const { method, url, body, headers = {}, address = '127.0.0.1' } = request;
  const answer = await app.inject({
    method,
    url,
    remoteAddress: address,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { payload: body }),
  });
  const isJson = String(answer.headers['content-type']).includes('json') && answer.body !== '';
  return {
    status: answer.statusCode,
    headers: answer.headers,
    json: isJson ? answer.json<Record<string, unknown>>() : {},
    text: answer.body,
  };
}
