/** From a request as it came to a delivery that can be believed. */
import { readHeader } from './headers.ts';
import type { HeaderSource } from './headers.ts';
import { isEventType, missingField } from './event-bodies.ts';
import type { AnyEventType, WebhookDelivery } from './event-bodies.ts';
import type { SigningProfile } from './sign-request.ts';
import { ID_HEADER } from './signatures.ts';
import type { Body } from './signatures.ts';
import { verifySignature } from './verify-signature.ts';
import type { VerifyFailure } from './verify-signature.ts';

/** Hooklane's bodies have at most 1 MiB; a little more lets a proxy re-indent them. Bytes. */
export const MAX_WEBHOOK_BYTES = 1024 * 1024 + 64 * 1024;

/** How to verify. */
export interface VerifyWebhookOptions {
  /** As the webhook is configured; default `standard`. */
  profile?: SigningProfile;
  /** Needed for the profile `token` alone: the header that carries the secret. */
  tokenHeader?: string;
  /** The window outside which a request is taken for a replay, seconds; default 300. Profile `standard` alone. */
  toleranceSec?: number;
  /** ms since the epoch; the clock when left out. */
  now?: number;
  /** Bytes, at least 1; default {@link MAX_WEBHOOK_BYTES}. */
  maxBodyBytes?: number;
}

/**
 * Why a request is no delivery. Those of the signature: see {@link VerifyFailure}. `body_too_large`: not even looked
 * at. `missing_event_header`, `invalid_event_header`: `webhook-id` or one of `hooklane-…`. `invalid_body`: no JSON
 * object in UTF-8, or not the body of the event that the header names.
 */
export type WebhookFailure =
  VerifyFailure | 'body_too_large' | 'missing_event_header' | 'invalid_event_header' | 'invalid_body';

/** A request that is refused. The message is for a log or an answer: it names no secret and no value of the body. */
export interface RefusedWebhook {
  ok: false;
  reason: WebhookFailure;
  message: string;
}

/** A verified delivery, or why the request is none. */
export type VerifiedWebhook = (WebhookDelivery & { ok: true }) | RefusedWebhook;

/**
 * Verifies a request and reads it. `rawBody` is the body exactly as it came, before anything parsed it; `secrets` are
 * those that the webhook may sign with (old and new during a rotation). A refusal is a value; throws TypeError only
 * when the call itself is wrong: no secret, a secret that cannot be used, a bound that is no number.
 *
 * Of the headers only `webhook-id` and `webhook-timestamp` are signed, and only by the profile `standard`. So the
 * type must fit the body, and the delivery the id.
 */
export function verifyWebhook(
  headers: HeaderSource,
  rawBody: Body,
  secrets: readonly string[],
  options: VerifyWebhookOptions = {},
): VerifiedWebhook {
  const { maxBodyBytes = MAX_WEBHOOK_BYTES, profile = 'standard', ...rest } = options;
  if (!(maxBodyBytes >= 1))
    throw new TypeError(`maxBodyBytes must be 1 or more; this one is ${maxBodyBytes}.`);
  if (byteLength(rawBody) > maxBodyBytes) {
    return refused('body_too_large', `The body has more than ${maxBodyBytes} bytes.`);
  }
  const verification = verifySignature({ ...rest, profile, secrets, headers, body: rawBody });
  if (!verification.ok) return refused(verification.reason, SIGNATURE_MESSAGES[verification.reason]);
  const names = readNames(headers);
  if (!names.ok) return names;
  const event = readEvent(names.type, rawBody);
  if (!event.ok) return event;
  const delivery = { ...names, event: event.body };
  // The body was held against the type just now; the compiler cannot follow.
  return delivery as unknown as VerifiedWebhook;
}

const SIGNATURE_MESSAGES: Record<VerifyFailure, string> = {
  missing_header: 'A header of the signature is missing.',
  invalid_header: 'The header webhook-timestamp is not a whole number of seconds.',
  timestamp_too_old: 'The request was signed too long ago: perhaps a replay, or the clocks differ.',
  timestamp_too_new: 'The request was signed in the future: the clocks differ.',
  no_match: 'No signature fits: another secret, or the body was changed on the way.',
};

interface Names {
  ok: true;
  type: AnyEventType;
  id: string;
  deliveryId: string;
  attempt: number;
}

/** Ids become keys of a store; so they are short and printable. */
const ID = /^[\x21-\x7e]{1,256}$/;

function readNames(headers: HeaderSource): Names | RefusedWebhook {
  const wanted = [ID_HEADER, 'hooklane-event', 'hooklane-delivery', 'hooklane-attempt'] as const;
  const [id, type, deliveryId, attempt] = wanted.map((name) => readHeader(headers, name) ?? '');
  if (!id || !type || !deliveryId || !attempt) {
    const missing = wanted.filter((name) => readHeader(headers, name) === null);
    return refused('missing_event_header', `Missing: ${missing.join(', ')}.`);
  }
  if (!isEventType(type)) return invalid('hooklane-event', 'names no event that this receiver knows');
  // It begins with the id, so this bounds both.
  if (!ID.test(deliveryId) || !deliveryId.startsWith(`${id}.`)) {
    return invalid('hooklane-delivery', 'is no delivery of webhook-id');
  }
  if (!/^[1-9]\d{0,8}$/.test(attempt)) return invalid('hooklane-attempt', 'is no number of a try');
  return { ok: true, type, id, deliveryId, attempt: Number(attempt) };
}

function invalid(header: string, problem: string): RefusedWebhook {
  return refused('invalid_event_header', `The header ${header} ${problem}.`);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readEvent(
  type: AnyEventType,
  rawBody: Body,
): { ok: true; body: Record<string, unknown> } | RefusedWebhook {
  let body: unknown;
  try {
    body = JSON.parse(typeof rawBody === 'string' ? rawBody : utf8.decode(rawBody));
  } catch {
    return refused('invalid_body', 'The body is not JSON in UTF-8.');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return refused('invalid_body', 'The body is not a JSON object.');
  }
  const fields = body as Record<string, unknown>;
  const missing = missingField(type, fields);
  if (missing !== null)
    return refused('invalid_body', `The body is not one of ${type}: it lacks ${missing}.`);
  return { ok: true, body: fields };
}

function byteLength(body: Body): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
}

function refused(reason: WebhookFailure, message: string): RefusedWebhook {
  return { ok: false, reason, message };
}
