/** What a call throws. */
import type { ErrorCode } from '@hooklane/core';

/**
 * Codes that only the client gives. `unreachable`: no connection, or it broke. `timeout`: no whole answer in time.
 * `unexpected_answer`: an answer that is not one of Hooklane's API.
 */
export type ClientErrorCode = 'unreachable' | 'timeout' | 'unexpected_answer';

/** Why a call failed. */
export interface ApiErrorDetails {
  code: string;
  /** HTTP status; null when there was no answer. */
  status: number | null;
  /** One or two sentences. Never the token. */
  detail: string;
  field?: string | undefined;
  issues?: readonly { field: string; message: string }[] | undefined;
  /** The server's log has more under it. */
  requestId?: string | null;
  /** How long the server asks to wait, ms. */
  retryAfterMs?: number | null;
  cause?: unknown;
}

/** A call that failed: what the server said as a problem (RFC 9457), or why there was no answer. */
export class ApiError extends Error {
  /** A code of the catalogue of errors, one of the client's own, or one that a newer server has. */
  readonly code: ErrorCode | ClientErrorCode | (string & {});
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** The field at fault, such as `body.build_num`. */
  readonly field: string | undefined;
  /** All fields at fault; empty when the server named one or none. */
  readonly issues: readonly { field: string; message: string }[];
  readonly requestId: string | null;
  /** How long the server asks to wait, ms; null when it does not. */
  readonly retryAfterMs: number | null;

  constructor(details: ApiErrorDetails) {
    super(details.detail, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ApiError';
    this.code = details.code;
    this.status = details.status;
    this.field = details.field;
    this.issues = details.issues ?? [];
    this.requestId = details.requestId ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}
