/** What a lane run needs of the world, declared here where it is used; `store`, `transport` and `queue` fulfil it. */
import type { Breaker, DeadLetter, LaneWake, Notice, Settlement, Take } from '@hooklane/core';
import type { NoticeDraft, StreakNews } from './notice-of.ts';

/**
 * The lane in Redis. Fails with `redis_unavailable`.
 * `take` never lets the lane sleep while a leased delivery is not settled, whichever of two calls comes first.
 */
export interface LaneStore {
  /** Times in the answer are of the clock of `now`. */
  take(request: {
    webhookId: string;
    run: string;
    limit: number;
    now: number;
    /** Of the wake that began the run. */
    mark?: string | undefined;
  }): Promise<Take>;
  settle(request: {
    webhookId: string;
    run: string;
    settlements: readonly Settlement[];
    breaker: Breaker | null;
    now: number;
    /** Nothing else of the run is in flight, and it is over if nothing is left in the lane. */
    mayEnd?: boolean;
  }): Promise<{ owner: boolean; streak: StreakNews | null; asleep: boolean }>;
  release(webhookId: string, run: string): Promise<LaneWake | null>;
  renew(runs: readonly { webhookId: string; run: string }[]): Promise<void>;
}

/** One request, ready to go. */
export interface PostRequest {
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
  /** Keep the start of the answer's body for a 2xx as well. */
  keepBody?: boolean;
}

/** Why no answer came. */
export type PostFailureCode =
  | 'timeout'
  | 'connect_timeout'
  | 'refused'
  | 'reset'
  | 'dns'
  | 'tls'
  | 'unreachable'
  | 'blocked_address'
  | 'blocked_port'
  | 'bad_url'
  | 'bad_request'
  | 'headers_too_large'
  | 'bad_response'
  | 'local_resources'
  | 'aborted'
  | 'closed';

/** What came of one request. The remote's failure is data. */
export type PostResult =
  | {
      kind: 'answer';
      statusCode: number;
      headers: Record<string, string>;
      /** null for 2xx, unless it was asked for. */
      excerpt: { body: string; truncated: boolean } | null;
      retryAfter: string | null;
      durationMs: number;
    }
  | { kind: 'failure'; code: PostFailureCode; message: string; durationMs: number };

/** Sends one POST within its deadline. Never throws for a remote's failure. */
export interface Sender {
  post(request: PostRequest, signal?: AbortSignal): Promise<PostResult>;
}

/** Hints for lanes. */
export interface Wakes {
  wake(wakes: LaneWake[]): Promise<void>;
}

/** The lanes of this process that wait for a slot, first in, first out. */
export interface SlotQueue {
  readonly waiting: number;
  /** A lane that made room for them waits for a slot again. */
  comeBack(wake: LaneWake): Promise<void>;
}

/** A bound on the tries of all lanes. */
export interface TryLimit {
  /** Calls `begin` now or later; that calls `leave`, once, when the try is over. */
  enter(begin: (leave: () => void) => void): void;
}

/** The queue of dead letters. Adding one twice is harmless. */
export interface DeadLetters {
  addDeadLetters(letters: DeadLetter[]): Promise<void>;
}

/**
 * Where notices are written. In one step with the notice it disables the webhook, if that is what it tells, and puts the
 * operational event into the lane of the account's notification URL. Repeating it is harmless.
 */
export interface NoticeBoard {
  /** null: it says nothing new. `laneId`: of the lane that it is about. */
  raise(
    notice: NoticeDraft & { laneId: string; now: number },
  ): Promise<{ notice: Notice; wakes: LaneWake[] } | null>;
}
