/** Secrets at rest: AES-256-GCM with a key from the environment. Nobody reads a secret out of Redis. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { HooklaneError } from '@hooklane/core';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts and decrypts secrets of webhooks. */
export interface SecretBox {
  /** `owner` (the webhook id) is authenticated: a ciphertext cannot be moved to another webhook. */
  seal(secret: string, owner: string): string;
  /** With this key or another one that it was given. Throws `secret_unreadable`. */
  open(sealed: string, owner: string): string;
  /** The same text sealed with this key; null when it is already. Throws `secret_unreadable`. */
  reseal(sealed: string, owner: string): string | null;
  /** Tells keys apart without telling anything about them. */
  fingerprint: string;
  /** Of the other keys. */
  otherFingerprints: readonly string[];
}

/**
 * Makes a box from a key of 32 bytes, which writes, and others, which only read: those of a rotation. Throws
 * `invalid_setting`.
 */
export function createSecretBox(key: Uint8Array, others: readonly Uint8Array[] = []): SecretBox {
  for (const each of [key, ...others]) demandLength(each);
  const seal = (secret: string, owner: string): string => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(owner));
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');
  };
  const openWith = (keys: readonly Uint8Array[], sealed: string, owner: string): string => {
    for (const each of keys) {
      const secret = decrypt(each, sealed, owner);
      if (secret !== null) return secret;
    }
    throw new HooklaneError('secret_unreadable', {
      detail: `The secret of ${owner} cannot be decrypted: it was written with another HOOKLANE_SECRET_KEY.`,
    });
  };
  return {
    seal,
    open: (sealed, owner) => openWith([key, ...others], sealed, owner),
    reseal(sealed, owner) {
      if (decrypt(key, sealed, owner) !== null) return null;
      return seal(openWith(others, sealed, owner), owner);
    },
    fingerprint: fingerprintOf(key),
    otherFingerprints: others.map(fingerprintOf),
  };
}

function demandLength(key: Uint8Array): void {
  if (key.length === 32) return;
  throw new HooklaneError('invalid_setting', {
    field: 'HOOKLANE_SECRET_KEY',
    detail: `HOOKLANE_SECRET_KEY must be 32 bytes in base64; it has ${key.length} bytes.`,
  });
}

/** null: another key wrote it, or it was damaged. */
function decrypt(key: Uint8Array, sealed: string, owner: string): string | null {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    // With its length given, a shortened tag is refused: it would be easier to forge.
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(owner))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

function fingerprintOf(key: Uint8Array): string {
  return createHash('sha256').update('hooklane key check').update(key).digest('hex').slice(0, 16);
}
