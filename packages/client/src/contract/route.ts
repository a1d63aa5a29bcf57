/** What a route of the API is made of. */
import type { ErrorCode } from '@hooklane/core';
import type { z } from 'zod';

/** One route. The server registers it, OpenAPI describes it and the client calls it from this one description. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters in braces: `/v1/webhooks/{id}`. Under `/v1` a token or a session is needed, elsewhere none. */
  readonly path: `/${string}`;
  /** A few words. */
  readonly summary: string;
  /** More, when a few words do not tell. */
  readonly description?: string;
  readonly tag: string;
  /** Needs neither token nor session, though it is under `/v1`. */
  readonly open?: true;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** The largest request body, bytes; without it 64 KiB. */
  readonly maxBodyBytes?: number;
  /** Status → body. A body of `null` is none. */
  readonly responses: Readonly<Record<number, z.ZodType>>;
  /** The answer goes on and on: not a call of the client, but something to listen to. */
  readonly stream?: true;
  /** The media type of the answer; without it application/json. */
  readonly mediaType?: string;
  /** The errors of its own, beside those that every route can have. */
  readonly errors: readonly ErrorCode[];
}
