/** API tokens. A token is 32 random bytes, so its SHA-256 is enough: there is nothing to guess and nothing to salt. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { HooklaneError, ROLES, type Role } from '@hooklane/core';
import { oneOf, skipDamage, wholeNumber } from './damage.ts';
import type { StoreContext } from './store-context.ts';
import { flatToRecord } from './webhook-record.ts';

/** A token as it is kept. Times are ms since the epoch. */
export interface TokenRecord {
  id: string;
  name: string;
  roles: Role[];
  /** null: all. */
  accounts: string[] | null;
  createdAt: number;
  /** The name of the token that made it. */
  createdBy: string;
  /** null: never. */
  expiresAt: number | null;
  /** To the minute; null: never. */
  lastUsedAt: number | null;
}

/** A token to make; already validated. */
export type NewToken = Pick<TokenRecord, 'name' | 'roles' | 'accounts' | 'createdBy' | 'expiresAt'>;

/** So that scanners of repositories and logs know one when they see it. */
const PREFIX = 'hlk_';
const TOKEN_FORM = /^hlk_[A-Za-z0-9_-]{43}$/;
const RANDOM_BYTES = 32;
const MOST_TOKENS = 1000;

/** Tokens of the store. */
export class Tokens {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Makes one. `token` is told this once. Throws `too_many_tokens`. */
  async createToken(input: NewToken): Promise<{ token: string; record: TokenRecord }> {
    const token = PREFIX + randomBytes(RANDOM_BYTES).toString('base64url');
    const record: TokenRecord = { ...input, id: idOf(token), createdAt: this.#time(), lastUsedAt: null };
    const fields = {
      digest: digest(token).toString('base64'),
      name: record.name,
      roles: record.roles.join(),
      accounts: record.accounts === null ? '' : record.accounts.join(),
      createdAt: record.createdAt,
      createdBy: record.createdBy,
      expiresAt: record.expiresAt ?? '',
    };
    const args = [record.id, record.createdAt, MOST_TOKENS, ...Object.entries(fields).flat()];
    if ((await this.#context.run('create_token', args)) === 'ok') return { token, record };
    const detail = `There can be ${MOST_TOKENS} tokens, and there are. Revoke some first.`;
    throw new HooklaneError('too_many_tokens', { detail });
  }

  /** Whose token this is; null when it is none of ours, was revoked or has expired. Using it is noted down. */
  async findByToken(token: string): Promise<TokenRecord | null> {
    if (!TOKEN_FORM.test(token)) return null;
    const fields = await this.#use(idOf(token));
    const kept = Buffer.from(fields['digest'] ?? '', 'base64');
    const given = digest(token);
    if (kept.length !== given.length || !timingSafeEqual(kept, given)) return null;
    return this.#valid(readToken(idOf(token), fields));
  }

  /** The same by its id, for a session that began with it. */
  async findById(id: string): Promise<TokenRecord | null> {
    const fields = await this.#use(id);
    return fields['digest'] === undefined ? null : this.#valid(readToken(id, fields));
  }

  /** All of them, the newest first; also those that have expired. */
  async listTokens(): Promise<TokenRecord[]> {
    const { keys } = this.#context;
    const ids = await this.#context.call((redis) => redis.zrevrange(keys.tokens, 0, -1));
    const all = await this.#context.call((redis) =>
      Promise.all(
        ids.map((id) => redis.hgetall(keys.token(id)).catch(skipDamage<Record<string, string>>({}))),
      ),
    );
    return all.flatMap((fields, i) =>
      fields['digest'] === undefined ? [] : [readToken(ids[i] ?? '', fields)],
    );
  }

  /** The token that was; null when there is none. Who shows it from now on is refused. */
  async revokeToken(id: string): Promise<TokenRecord | null> {
    const { keys } = this.#context;
    const fields = await this.#context.call((redis) => redis.hgetall(keys.token(id)));
    const removed = await this.#context.call(async (redis) => {
      const [count] = await Promise.all([redis.del(keys.token(id)), redis.zrem(keys.tokens, id)]);
      return count;
    });
    return removed === 0 ? null : readToken(id, fields);
  }

  async #use(id: string): Promise<Record<string, string>> {
    return flatToRecord(await this.#context.run('use_token', [this.#context.now(), id]));
  }

  #valid(record: TokenRecord): TokenRecord | null {
    return record.expiresAt !== null && record.expiresAt <= this.#time() ? null : record;
  }

  #time(): number {
    return this.#context.clock?.() ?? Date.now();
  }
}

function readToken(id: string, fields: Record<string, string>): TokenRecord {
  return {
    id,
    name: fields['name'] ?? '',
    roles: (fields['roles'] ?? '').split(',').flatMap((role) => oneOf(ROLES, role) ?? []),
    accounts: fields['accounts'] ? fields['accounts'].split(',') : null,
    createdAt: wholeNumber(fields['createdAt']),
    createdBy: fields['createdBy'] ?? '',
    expiresAt: fields['expiresAt'] ? wholeNumber(fields['expiresAt']) : null,
    lastUsedAt: wholeNumber(fields['usedAt']) || null,
  };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Found by the token, and tells nothing of it: not a part of the digest that is kept. */
function idOf(token: string): string {
  return `tok_${createHash('sha256').update(`id of ${token}`).digest('hex').slice(0, 20)}`;
}
