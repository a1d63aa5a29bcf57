/** What the server is made of, and what a handler is. */
import type { Readable } from 'node:stream';
import type { ROUTES, RouteId } from '@hooklane/client';
import type { Logger, Metrics } from '@hooklane/runtime';
import type { z } from 'zod';
import type { Caller } from './access/principal.ts';
import type { RequestLimitSettings, RequestLimits } from './access/request-limits.ts';
import type { Tokens } from './access/tokens.ts';
import type { LiveFeed } from './live/live-feed.ts';
import type { Ports } from './ports.ts';

/** What handlers work with. */
export interface HandlerDeps {
  ports: Ports;
  tokens: Tokens;
  limits: RequestLimits;
  /** Who watches what changes. */
  live: LiveFeed;
  /** How often a stream says that it is still there, and asks whether its reader may still see it, ms. */
  heartbeatMs: number;
  /** Whose lines carry the request's id. */
  logger: Pick<Logger, 'warn'>;
  metrics: Pick<Metrics, 'text' | 'contentType' | 'eventAccepted'>;
  /** ms since the epoch. */
  now: () => number;
  /** Of this build. */
  version: string;
}

/** What the server needs from outside. */
export interface ServerDeps {
  ports: Ports;
  logger: Logger;
  metrics: Pick<Metrics, 'text' | 'contentType' | 'eventAccepted' | 'httpRequest'>;
  /** The bearer token of `/v1`. */
  apiToken: string;
  /** Default: none. */
  requestLimits?: RequestLimitSettings;
  /** Where the build of the console is; default: beside this program. */
  consoleDir?: string;
  /** Of streams, ms; default 15,000. */
  heartbeatMs?: number;
  /** For a whole request to arrive, ms; default 15,000. Its headers have two thirds of that. */
  requestTimeoutMs?: number;
  /** Default `Date.now`. */
  now?: () => number;
  /** Of this build, for OpenAPI. */
  version: string;
}

type Part<C, Name extends string> = C extends { readonly [P in Name]: infer S extends z.ZodType }
  ? z.output<S>
  : undefined;

type RequestOf<C> = Record<'params', Part<C, 'params'>> &
  Record<'query', Part<C, 'query'>> &
  Record<'body', Part<C, 'body'>> &
  // The text of the body as it came; '' without one.
  Record<'rawBody', string> &
  // A valid header of W3C Trace Context.
  Record<'traceparent', string | null> &
  Record<'caller', Caller>;

type ReplyOf<R> = {
  [S in keyof R]: {
    status: S;
    body: R[S] extends z.ZodType ? z.input<R[S]> : never;
    headers?: Record<string, string>;
  };
}[keyof R];

/** An answer that goes on and on. */
interface StreamReply {
  status: 200;
  body: Readable;
  headers: Record<string, string>;
}

/** A request that passed the contract's schemas. */
export type ApiRequest<K extends RouteId> = RequestOf<(typeof ROUTES)[K]>;

/**
 * The handler of each route. Each answers only as the contract allows, and throws a `HooklaneError`, which becomes
 * a problem. Routes of one contract can share a handler.
 */
export type Handlers = {
  readonly [K in RouteId]: (
    request: RequestOf<(typeof ROUTES)[K]>,
    deps: HandlerDeps,
  ) => Promise<
    (typeof ROUTES)[K] extends { stream: true } ? StreamReply : ReplyOf<(typeof ROUTES)[K]['responses']>
  >;
};

/** The handler of one route. */
export type Handler<K extends RouteId> = Handlers[K];
