/** Cuts an answer down to what is kept of it. */
import { MAX_RESPONSE_EXCERPT_BYTES } from '@hooklane/core';
import type { BodyExcerpt } from './post-result.ts';

/** The most headers of an answer that are kept. */
export const MAX_HEADERS = 64;
/** The most characters (of names and values, which are Latin-1) that are kept of the headers. */
export const MAX_HEADER_CHARS = 8 * 1024;

/** Joins repeated headers with `, ` and stops before the first one that would pass a bound. */
export function keepHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const kept: Record<string, string> = {};
  let room = MAX_HEADER_CHARS;
  let count = 0;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || name === '__proto__') continue;
    const text = typeof value === 'string' ? value : value.join(', ');
    room -= name.length + text.length;
    if (room < 0 || count === MAX_HEADERS) break;
    kept[name] = text;
    count += 1;
  }
  return kept;
}

/** The first value of `retry-after`. */
export function retryAfterOf(headers: Record<string, string | string[] | undefined>): string | null {
  const value = headers['retry-after'];
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}

/** Decodes at most {@link MAX_RESPONSE_EXCERPT_BYTES} of UTF-8, leniently; `complete`: the body ended. */
export function excerptOf(chunks: readonly Buffer[], complete: boolean): BodyExcerpt {
  const [only] = chunks;
  const bytes = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  const text = decodeStart(bytes);
  const truncated = !complete || bytes.length > MAX_RESPONSE_EXCERPT_BYTES;
  // Each byte that is not UTF-8 became three: cut again, so that the bound holds for what is stored.
  if (Buffer.byteLength(text) <= MAX_RESPONSE_EXCERPT_BYTES) return { body: text, truncated };
  return { body: decodeStart(Buffer.from(text)), truncated: true };
}

/** `stream`: half a character at the cut is left out instead of shown as a replacement. */
function decodeStart(bytes: Buffer): string {
  const cut = bytes.length > MAX_RESPONSE_EXCERPT_BYTES;
  return new TextDecoder().decode(cut ? bytes.subarray(0, MAX_RESPONSE_EXCERPT_BYTES) : bytes, {
    stream: cut,
  });
}
