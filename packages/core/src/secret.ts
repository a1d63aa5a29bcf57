/** Which secrets a webhook may have. No message ever shows one. */
import type { SigningProfile } from './webhook.ts';

/** The longest secret, in bytes of UTF-8. */
export const MAX_SECRET_BYTES = 256;

/** A secret that begins so is base64 (Standard Webhooks 1.0). */
const BASE64_PREFIX = 'whsec_';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MIN_KEY_BYTES = 16;
const MAX_KEY_BYTES = 64;

/** The value of a header: visible ASCII, with spaces inside at most (RFC 9110, 5.5). */
const HEADER_VALUE = /^[!-~](?:[ -~]*[!-~])?$/;

/**
 * What is wrong with a secret, or null. Bounds: 1 to {@link MAX_SECRET_BYTES} bytes of UTF-8; after `whsec_`
 * base64 of 16 to 64 bytes, whatever the profile, so that the profile can be changed later; for `token`,
 * which sends the secret as a header, visible ASCII with spaces inside at most.
 */
export function secretProblem(secret: string, profile: SigningProfile): string | null {
  const bytes = new TextEncoder().encode(secret).length;
  if (bytes < 1 || bytes > MAX_SECRET_BYTES) {
    return `A secret must have 1 to ${MAX_SECRET_BYTES} bytes; this one has ${bytes}.`;
  }
  if (!secret.isWellFormed()) return 'A secret must be whole Unicode text; this one is not.';
  if (secret.startsWith(BASE64_PREFIX)) return keyProblem(secret.slice(BASE64_PREFIX.length));
  if (profile === 'token' && !HEADER_VALUE.test(secret)) {
    return 'A secret that is sent as a header must be visible ASCII characters; this one has others.';
  }
  return null;
}

function keyProblem(base64: string): string | null {
  if (!BASE64.test(base64))
    return `After ${BASE64_PREFIX} a secret must be base64 with padding; this one is not.`;
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const bytes = (base64.length / 4) * 3 - padding;
  if (bytes >= MIN_KEY_BYTES && bytes <= MAX_KEY_BYTES) return null;
  return `After ${BASE64_PREFIX} a secret must be base64 of ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} bytes; this one has ${bytes}.`;
}
