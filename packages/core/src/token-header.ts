/** The header that carries the secret when a webhook signs with `token`. */
import { showValue } from './show-value.ts';

/** The header when nobody chose one. */
export const DEFAULT_TOKEN_HEADER = 'x-webhook-token';

/** The most characters of the header's name. */
const MAX_TOKEN_HEADER_CHARS = 64;

/** `token` of RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;

/** Headers that frame the request or say who sends it; nobody may overwrite them. */
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-hub-signature-256',
]);
const RESERVED_PREFIXES = ['webhook-', 'hooklane-'];

/** A usable header name in lower case, or one sentence that says why not. */
export type TokenHeaderCheck = { ok: true; name: string } | { ok: false; message: string };

/**
 * Accepts a header name: a token of RFC 9110 of 1 to {@link MAX_TOKEN_HEADER_CHARS} characters that Hooklane
 * does not set itself. `authorization` is allowed: the secret is then the whole value, such as `Bearer abc`.
 */
export function checkTokenHeader(text: string): TokenHeaderCheck {
  if (!TOKEN.test(text)) {
    const bound = `1 to ${MAX_TOKEN_HEADER_CHARS} letters, digits or any of !#$%&'*+.^_\`|~-`;
    return { ok: false, message: `A header name must be ${bound}; this one is ${showValue(text)}.` };
  }
  const name = text.toLowerCase();
  if (RESERVED_NAMES.has(name) || RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix))) {
    return { ok: false, message: `The header ${name} is set by Hooklane or by HTTP itself; choose another.` };
  }
  return { ok: true, name };
}
