/**
 * Every error that Hooklane raises on purpose has a code in this one catalogue.
 * `docs/errors.md` lists the same codes; a test holds the two together.
 */

/** Code → HTTP status of the problem+json answer, and its title. */
export const ERROR_CATALOGUE = {
  invalid_request: { status: 400, title: 'The request cannot be read' },
  unauthorized: { status: 401, title: 'A valid API token is needed' },
  session_write_refused: {
    status: 403,
    title: 'A write with the cookie of a session must come from the console',
  },
  missing_role: { status: 403, title: 'The token may not do this' },
  foreign_account: { status: 403, title: 'The token is not for this account' },
  forbidden_origin: { status: 403, title: 'The request comes from another site' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'This address has no such method' },
  name_taken: { status: 409, title: 'The Friendly Name is taken in this scope' },
  event_id_taken: { status: 409, title: 'Another event has this id' },
  webhook_disabled: { status: 409, title: 'The webhook is disabled' },
  too_many_tokens: { status: 409, title: 'There are too many tokens' },
  too_many_webhooks: { status: 409, title: 'The scope has too many webhooks' },
  delivery_in_progress: { status: 409, title: 'The delivery is still on its way' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  invalid_field: { status: 422, title: 'A field has a value that cannot be used' },
  event_body_mismatch: { status: 422, title: 'The body is not the event it claims to be' },
  invalid_cursor: { status: 422, title: 'The cursor is not one of ours' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something broke on our side' },
  redis_unavailable: { status: 503, title: 'Redis cannot be reached' },
  too_many_streams: { status: 503, title: 'This server has too many open streams' },
  redis_full: { status: 503, title: 'Redis is nearly full' },
  producer_overloaded: { status: 503, title: 'Too many events are waiting to be written' },
  producer_closed: { status: 503, title: 'The producer was closed' },
  spool_full: { status: 503, title: 'The spool is full' },
  spool_unwritable: { status: 503, title: 'The spool cannot be written' },
  damaged_record: { status: 500, title: 'What Redis holds cannot be read' },
  invalid_setting: { status: 500, title: 'A setting has a value that cannot be used' },
  redis_unsuitable: { status: 500, title: 'This Redis cannot hold deliveries safely' },
  shards_mismatch: { status: 500, title: 'Redis keeps another number of shards' },
  secret_key_mismatch: { status: 500, title: 'Secrets were encrypted with another key' },
  secret_unreadable: { status: 500, title: 'A secret cannot be decrypted' },
} as const;

/** A code of {@link ERROR_CATALOGUE}. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** What an error can say beyond its code. */
export interface ErrorDetails {
  /** One or two sentences: what is wrong, the bound, the value, what to do. Never a secret. */
  detail: string;
  /** The field at fault, as a path: `body.app_name`. */
  field?: string;
  cause?: unknown;
}

/** An error with a code of the catalogue. */
export class HooklaneError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.detail, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'HooklaneError';
    this.code = code;
    this.field = details.field;
  }

  /** HTTP status of the code. */
  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }
}
