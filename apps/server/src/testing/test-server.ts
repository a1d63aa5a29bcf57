/** A server on ports in memory, for tests of what it answers. */
import { createLogger } from '@hooklane/runtime';
import type { HttpRequestSample } from '@hooklane/runtime';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { createServer } from '../server.ts';
import { memoryPorts } from './memory-ports.ts';
import type { MemoryState } from './memory-ports.ts';

/** The token of every test server. */
export const TOKEN = 'test-token-0123456789';

/** An answer, read. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  /** {} when the answer is no JSON. */
  json: Record<string, unknown>;
  text: string;
}

/** A server, what is behind it, and a way to ask it. */
export interface TestServer {
  app: FastifyInstance;
  state: MemoryState;
  /** What was logged, one JSON line each. */
  lines: string[];
  samples: HttpRequestSample[];
  accepted: string[];
  /** Asks with the token; `body` becomes JSON, a text goes as it is. */
  ask(
    method: NonNullable<InjectOptions['method']>,
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

/** Makes one. Close `app` when done. */
export function makeTestServer(options: { consoleDir?: string; requestTimeoutMs?: number } = {}): TestServer {
  const { ports, state } = memoryPorts();
  const lines: string[] = [];
  const samples: HttpRequestSample[] = [];
  const accepted: string[] = [];
  const app = createServer({
    ports,
    logger: createLogger({
      name: 'server',
      level: 'debug',
      destination: { write: (line) => lines.push(line) },
    }),
    metrics: {
      text: () => Promise.resolve('up 1\n'),
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      eventAccepted: (type) => accepted.push(type),
      httpRequest: (sample) => samples.push(sample),
    },
    apiToken: TOKEN,
    ...options,
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    version: '1.2.3',
  });
  return {
    app,
    state,
    lines,
    samples,
    accepted,
    async ask(method, url, body, headers = {}) {
      const response = await app.inject({
        method,
        url,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const isJson = String(response.headers['content-type']).includes('json') && response.body !== '';
      return {
        status: response.statusCode,
        headers: response.headers,
        json: isJson ? response.json<Record<string, unknown>>() : {},
        text: response.body,
      };
    },
  };
}
