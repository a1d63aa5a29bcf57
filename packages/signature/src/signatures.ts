/** The two signatures as text, made the same way by who signs and who verifies. */
import { createHmac } from 'node:crypto';
import { plainKey, standardKey } from './keys.ts';

/** What a signature covers: the exact bytes of the request's body, or the text that they are in UTF-8. */
export type Body = string | Uint8Array;

/** Headers of the profile `standard`. */
export const ID_HEADER = 'webhook-id';
/** Seconds since the epoch. */
export const TIMESTAMP_HEADER = 'webhook-timestamp';
/** One or more signatures, separated by spaces. */
export const STANDARD_HEADER = 'webhook-signature';
/** The header of the profile `github`. */
export const GITHUB_HEADER = 'x-hub-signature-256';

/** `v1,<base64>` of HMAC-SHA256 over `<id>.<timestamp>.<body>` (Standard Webhooks 1.0). */
export function standardSignature(secret: string, prefix: string, body: Body): string {
  return `v1,${createHmac('sha256', standardKey(secret)).update(prefix).update(body).digest('base64')}`;
}

/** What `standard` signs before the body. */
export function signedPrefix(id: string, timestamp: string | number): string {
  return `${id}.${timestamp}.`;
}

/** `sha256=<hex>` of HMAC-SHA256 over the body (GitHub). */
export function githubSignature(secret: string, body: Body): string {
  return `sha256=${createHmac('sha256', plainKey(secret)).update(body).digest('hex')}`;
}
