/** API tokens: whose is it? */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { TokenStore } from '../ports.ts';
import type { Principal } from './principal.ts';

/** The tokens that are valid now. */
export interface Tokens {
  /** null: it is not one of ours. */
  findByToken(token: string): Promise<Principal | null>;
  /** For a session, which keeps the id only: null when the token is no longer valid. */
  findById(id: string): Promise<Principal | null>;
}

/**
 * The token of the settings, which may do everything, and those that were made with it. The id of the first is made of
 * the token, so that a session ends when the setting changes; it works without Redis.
 */
export function allTokens(apiToken: string, stored: Pick<TokenStore, 'findByToken' | 'findById'>): Tokens {
  const wanted = digest(apiToken);
  const root: Principal = {
    id: `token-${digest(`id of ${apiToken}`).toString('hex').slice(0, 16)}`,
    name: 'API token',
    roles: ['admin'],
    accounts: null,
  };
  return {
    // Digests are compared, so neither content nor length shows in the time it takes.
    findByToken: async (token) => (timingSafeEqual(digest(token), wanted) ? root : stored.findByToken(token)),
    findById: async (id) => (id === root.id ? root : stored.findById(id)),
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
