/** What the server needs of Redis for tokens and the audit log; `store` fulfils it. */
import type { Role } from '@hooklane/core';

/** An API token as it is kept. Times are ms since the epoch. */
export interface TokenRecord {
  id: string;
  name: string;
  roles: Role[];
  /** null: all. */
  accounts: string[] | null;
  createdAt: number;
  /** The name of the token that made it. */
  createdBy: string;
  expiresAt: number | null;
  /** To the minute. */
  lastUsedAt: number | null;
}

/** API tokens, known to every server. */
export interface TokenStore {
  /** `token` is told this once. Throws `too_many_tokens`. */
  createToken(
    input: Pick<TokenRecord, 'name' | 'roles' | 'accounts' | 'createdBy' | 'expiresAt'>,
  ): Promise<{ token: string; record: TokenRecord }>;
  /** null: it is none of ours, was revoked, or has expired. */
  findByToken(token: string): Promise<TokenRecord | null>;
  findById(id: string): Promise<TokenRecord | null>;
  /** The newest first. */
  listTokens(): Promise<TokenRecord[]>;
  /** The token that was; null when there is none. */
  revokeToken(id: string): Promise<TokenRecord | null>;
}

/** Who changed what. */
export interface AuditEntry {
  id: string;
  /** ms since the epoch. */
  at: number;
  actor: { id: string; name: string };
  via: 'token' | 'session';
  address: string;
  /** The operation id of the route. */
  action: string;
  account: string | null;
  target: string | null;
  /** Never a secret. */
  detail: string | null;
}

/** The audit log. */
export interface AuditStore {
  record(entry: Omit<AuditEntry, 'id'>): Promise<void>;
  /** The newest first; all filters must hold. Throws `invalid_cursor`. */
  find(
    filter: {
      actor?: string | undefined;
      action?: string | undefined;
      account?: string | undefined;
      target?: string | undefined;
      since?: number | undefined;
      until?: number | undefined;
    },
    page: { cursor: string | null; limit: number },
  ): Promise<{ items: AuditEntry[]; next: string | null }>;
}
