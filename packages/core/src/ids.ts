/**
 * The ids that Hooklane makes: a prefix and a ULID in lower case (github.com/ulid/spec), which sorts by time.
 * Core has neither clock nor randomness, so both are handed in.
 */

/** How many random bytes an id takes. */
export const ID_RANDOM_BYTES = 10;

/** Crockford's base 32, lower case; its order is the order of ASCII. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARS = 10;
const MAX_TIME = 2 ** 48 - 1;

/** A new event id, `evt_` and 26 characters. `now` in ms since the epoch; `random`: {@link ID_RANDOM_BYTES} bytes. */
export function eventIdFrom(now: number, random: Uint8Array): string {
  return `evt_${ulid(now, random)}`;
}

/** A new webhook id, `wh_` and 26 characters. `now` in ms since the epoch; `random`: {@link ID_RANDOM_BYTES} bytes. */
export function webhookIdFrom(now: number, random: Uint8Array): string {
  return `wh_${ulid(now, random)}`;
}

/** A new notice id, `ntc_` and 26 characters. `now` in ms since the epoch; `random`: {@link ID_RANDOM_BYTES} bytes. */
export function noticeIdFrom(now: number, random: Uint8Array): string {
  return `ntc_${ulid(now, random)}`;
}

function ulid(now: number, random: Uint8Array): string {
  if (!Number.isInteger(now) || now < 0 || now > MAX_TIME) {
    throw new RangeError(`An id needs a time of 0 to ${MAX_TIME} ms; this one is ${now}.`);
  }
  if (random.length !== ID_RANDOM_BYTES) {
    throw new RangeError(`An id needs ${ID_RANDOM_BYTES} random bytes; these are ${random.length}.`);
  }
  return encodeTime(now) + encodeBytes(random);
}

function encodeTime(time: number): string {
  let rest = time;
  let text = '';
  for (let i = 0; i < TIME_CHARS; i += 1) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** 5 bits per character; 10 bytes fill 16 characters exactly. What overflows `held` was written before. */
function encodeBytes(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((held >> bits) & 31);
    }
  }
  return text;
}
