/** From a secret as people keep it to the key that signs. */
import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A secret that begins so is base64 (Standard Webhooks 1.0); any other is its UTF-8 bytes. */
const BASE64_PREFIX = 'whsec_';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Enough for every busy webhook of a worker; what falls out is decoded again. */
const MAX_CACHED_KEYS = 10_000;

/** A function that gives the key of a secret and remembers it: signing is in the way of every delivery. */
function remember(decode: (secret: string) => KeyObject): (secret: string) => KeyObject {
  const keys = new Map<string, KeyObject>();
  return (secret) => {
    const known = keys.get(secret);
    if (known !== undefined) return known;
    const key = decode(secret);
    if (keys.size >= MAX_CACHED_KEYS) keys.clear();
    keys.set(secret, key);
    return key;
  };
}

/** The key of the profile `standard`. Throws TypeError when the secret is empty or its base64 cannot be read. */
export const standardKey = remember((secret) => {
  if (!secret.startsWith(BASE64_PREFIX)) return utf8Key(secret);
  const base64 = secret.slice(BASE64_PREFIX.length);
  if (base64 === '' || !BASE64.test(base64)) {
    throw new TypeError(`A secret that begins with ${BASE64_PREFIX} must go on with padded base64.`);
  }
  return createSecretKey(base64, 'base64');
});

/** The UTF-8 bytes of a secret, prefix and all: the key of the profile `github`. Throws TypeError when it is empty. */
export const plainKey = remember(utf8Key);

function utf8Key(secret: string): KeyObject {
  if (secret === '') throw new TypeError('A secret must not be empty: anyone could sign with it.');
  return createSecretKey(secret, 'utf8');
}
