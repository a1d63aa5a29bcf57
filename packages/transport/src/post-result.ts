/** What goes into one POST and what comes out of it. */

/** One POST. */
export interface PostRequest {
  /** http or https, without user info. */
  url: string;
  /** Names in any case. `host`, `content-length` and what else frames the request is set here and refused there. */
  headers: Record<string, string>;
  /** Sent as UTF-8. */
  body: string | Uint8Array;
  /** Keep the start of the answer's body for a 2xx as well. */
  keepBody?: boolean;
}

/** The start of an answer's body. */
export interface BodyExcerpt {
  /** At most 16 KiB of UTF-8; what is not UTF-8 is replaced. */
  body: string;
  /** There was more, or it did not end in time. */
  truncated: boolean;
}

/**
 * Why there is no answer.
 *
 * | code | means |
 * |---|---|
 * | `timeout` | the deadline passed before the status line |
 * | `connect_timeout` | no connection within the connect timeout (name look-up, TCP and TLS) |
 * | `refused` `reset` `unreachable` | as the network says |
 * | `dns` | the name cannot be resolved |
 * | `tls` | certificate or handshake |
 * | `blocked_address` `blocked_port` | the address guard or the list of ports forbids it |
 * | `bad_url` | not an http(s) URL that can be called |
 * | `bad_request` | a header that HTTP cannot carry, or one that is set here |
 * | `headers_too_large` | more than 16 KiB of answer headers |
 * | `bad_response` | what came back is not HTTP/1.1 |
 * | `aborted` | the caller's signal |
 * | `closed` | the transport was closed or destroyed |
 * | `local_resources` | our own limits: file descriptors, buffers, or the bound on open sockets |
 */
export type FailureCode =
  | 'timeout'
  | 'connect_timeout'
  | 'refused'
  | 'reset'
  | 'dns'
  | 'tls'
  | 'blocked_address'
  | 'blocked_port'
  | 'bad_url'
  | 'bad_request'
  | 'headers_too_large'
  | 'bad_response'
  | 'aborted'
  | 'closed'
  | 'unreachable'
  | 'local_resources';

/** A code and a short sentence that may be shown to the owner of the webhook. */
export interface FailureReason {
  code: FailureCode;
  message: string;
}

/** The receiver answered. */
export interface PostAnswer {
  kind: 'answer';
  statusCode: number;
  /** Names in lower case, repeated ones joined with `, `; at most 64 headers and 8 KiB. */
  headers: Record<string, string>;
  /** null for 2xx, unless `keepBody` asked for it. */
  excerpt: BodyExcerpt | null;
  /** The header `retry-after`, as it came. */
  retryAfter: string | null;
  /** From the call to the end of the body (or of reading it), ms. */
  durationMs: number;
  /** Where the socket really went. */
  remoteAddress?: string;
  /** A stale connection died first; this comes from the second try, on a fresh one. */
  sentFresh: boolean;
}

/** There was no answer. */
export interface PostFailure extends FailureReason {
  kind: 'failure';
  /** ms since the call. */
  durationMs: number;
  /** A stale connection died first; this comes from the second try, on a fresh one. */
  sentFresh: boolean;
}

/** The receiver's failure is data: a POST never throws for it. */
export type PostResult = PostAnswer | PostFailure;
