/** How many requests one token may make, and how many wrong tokens one network may show. Each server counts by itself. */
import { createHash } from 'node:crypto';
import type { HooklaneError } from '@hooklane/core';
import { RetryLater } from '../http/problem.ts';
import { networkOf } from './network.ts';
import { WindowCounter } from './window-counter.ts';

const MINUTE_MS = 60_000;

/** The most tokens that are remembered as right, of all networks together. */
const MOST_REMEMBERED = 10_000;

/** Requests per minute; 0: no limit. */
export interface RequestLimitSettings {
  perToken: number;
  /** Wrong tokens of one network. */
  failures: number;
}

/** Keeps the limits. */
export class RequestLimits {
  readonly #settings: RequestLimitSettings;
  readonly #requests = new WindowCounter(MINUTE_MS);
  readonly #failures = new WindowCounter(MINUTE_MS);
  /** Tokens that were right, each with the network that showed it. */
  readonly #right = new Set<string>();

  constructor(settings: RequestLimitSettings) {
    this.#settings = settings;
  }

  /** Throws `too_many_requests` when this token made too many requests. */
  countRequest(principalId: string): void {
    const { perToken } = this.#settings;
    if (perToken === 0) return;
    const { count, resetInMs } = this.#requests.hit(principalId, performance.now());
    if (count > perToken) {
      throw tooMany(`The token may make ${perToken} requests a minute, and made them.`, resetInMs);
    }
  }

  /**
   * Asked before a token is looked at. A network that showed too many wrong ones gets no more answers: not even a right
   * guess would tell. Whoever showed a right token from there before goes on undisturbed. Throws `too_many_requests`.
   */
  demandFewFailures(address: string, credential: string): void {
    const { failures } = this.#settings;
    if (failures === 0) return;
    const network = networkOf(address);
    const { count, resetInMs } = this.#failures.look(network, performance.now());
    if (count < failures || this.#right.has(rightKey(network, credential))) return;
    throw tooMany(`There were ${failures} wrong tokens from your address within a minute.`, resetInMs);
  }

  /** It was wrong. */
  countFailure(address: string): void {
    this.#failures.hit(networkOf(address), performance.now());
  }

  /** It was right. */
  remember(address: string, credential: string): void {
    const key = rightKey(networkOf(address), credential);
    if (this.#right.has(key)) return;
    if (this.#right.size >= MOST_REMEMBERED) {
      const [first] = this.#right;
      if (first !== undefined) this.#right.delete(first);
    }
    this.#right.add(key);
  }
}

/** As a digest: a dump of the memory has no more of the token than it must. */
function rightKey(network: string, credential: string): string {
  return `${network} ${createHash('sha256').update(credential).digest('base64')}`;
}

function tooMany(what: string, resetInMs: number): HooklaneError {
  const seconds = Math.max(1, Math.ceil(resetInMs / 1000));
  return new RetryLater('too_many_requests', { detail: `${what} Try again in ${seconds} s.` }, seconds);
}
