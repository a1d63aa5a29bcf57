/** Sessions of the console, and the bound on guessing tokens. In Redis, so that every server knows them. */
import { createHash, randomBytes } from 'node:crypto';
import { wholeNumber } from './damage.ts';
import type { StoreContext } from './store-context.ts';

/** A session. Times are ms since the epoch. */
export interface SessionRecord {
  /** Whose token began it. */
  principalId: string;
  expiresAt: number;
}

/** How many tokens that were not right an address has sent lately. */
export interface Guesses {
  count: number;
  /** When counting begins anew, ms from now. */
  resetInMs: number;
}

const ID_BYTES = 32;

/** Enough for everybody who shares a token; a script that signs in again and again stays bounded. */
const MOST_SESSIONS_OF_ONE = 1000;

const GUESS_WINDOW_MS = 60_000;

/** Sessions of the store. */
export class Sessions {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** `id` is what the browser keeps; Redis holds only its digest, so who reads Redis cannot use it. */
  async createSession(principalId: string, lifetimeMs: number): Promise<{ id: string; expiresAt: number }> {
    const id = randomBytes(ID_BYTES).toString('base64url');
    const args = [this.#context.now(), digest(id), principalId, lifetimeMs, MOST_SESSIONS_OF_ONE];
    const expiresAt = Number(await this.#context.run('create_session', args));
    return { id, expiresAt };
  }

  /** null when it is unknown, has ended or was signed out. */
  async findSession(id: string): Promise<SessionRecord | null> {
    const key = this.#context.keys.session(digest(id));
    const [principalId, ends] = await this.#context.call((redis) => redis.hmget(key, 'principal', 'ends'));
    const expiresAt = wholeNumber(ends);
    if (!principalId || expiresAt <= this.#time()) return null;
    return { principalId, expiresAt };
  }

  /** Ends it for every server. Repeating it is harmless. */
  async endSession(id: string): Promise<void> {
    const { keys } = this.#context;
    const session = digest(id);
    await this.#context.call(async (redis) => {
      const principal = await redis.hget(keys.session(session), 'principal');
      await redis.del(keys.session(session));
      if (principal !== null) await redis.zrem(keys.sessionsOf(principal), session);
    });
  }

  /**
   * Counts a try to sign in, before the token is looked at: so many at once cannot slip through. `address`: of the
   * network that it came from.
   */
  async countGuess(address: string): Promise<Guesses> {
    const [count, resetInMs] = (await this.#context.run('count_guess', [address, GUESS_WINDOW_MS, 1])) as [
      number,
      number,
    ];
    return { count, resetInMs };
  }

  /** The token was right: it does not count. */
  async forgiveGuess(address: string): Promise<void> {
    await this.#context.run('count_guess', [address, GUESS_WINDOW_MS, -1]);
  }

  #time(): number {
    return this.#context.clock?.() ?? Date.now();
  }
}

function digest(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
