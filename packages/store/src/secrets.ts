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
  /** Throws `secret_unreadable`. */
  open(sealed: string, owner: string): string;
  /** Tells keys apart without telling anything about them. */
  fingerprint: string;
}

/** Makes a box from a key of 32 bytes. Throws `invalid_setting`. */
export function createSecretBox(key: Uint8Array): SecretBox {
  if (key.length !== 32) {
    throw new HooklaneError('invalid_setting', {
      field: 'HOOKLANE_SECRET_KEY',
      detail: `HOOKLANE_SECRET_KEY must be 32 bytes in base64; it has ${key.length} bytes.`,
    });
  }
  return {
    seal(secret, owner) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(owner));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');
    },
    open(sealed, owner) {
      const bytes = Buffer.from(sealed, 'base64');
      try {
        const nonce = bytes.subarray(0, NONCE_BYTES);
        // With its length given, a shortened tag is refused: it would be easier to forge.
        const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(owner))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new HooklaneError('secret_unreadable', {
          detail: `The secret of ${owner} cannot be decrypted: it was written with another HOOKLANE_SECRET_KEY.`,
          cause,
        });
      }
    },
    fingerprint: createHash('sha256').update('hooklane key check').update(key).digest('hex').slice(0, 16),
  };
}
