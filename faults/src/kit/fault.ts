/** What a row of the table is. */
import type { House, RedisUnderTest } from './house.ts';

/** What a fault is given besides the house. */
export interface FaultContext {
  /** Cut short by Ctrl-C. */
  signal: AbortSignal;
  /** Tells what happens, for those who watch. */
  say: (line: string) => void;
  /** The short form, for the tests: pauses are shorter, and what is done ten times is done twice. */
  short: boolean;
  /** Waits, unless the run is cut short. */
  pause: (ms: number) => Promise<void>;
}

/** A fault and the house that it comes to. */
export interface Fault<R extends RedisUnderTest = RedisUnderTest> {
  /** `redis-kill` */
  name: string;
  /** What is done, in one sentence. */
  title: string;
  /** Default 3. */
  workers?: number;
  /** Whose events the load is of; default one account. */
  accounts?: readonly string[];
  /** Default 1. */
  shards?: number;
  env?: Record<string, string>;
  workerNodeArgs?: readonly string[];
  /** Whether a delivery may be brought twice, and why; null: none may be. */
  repeats: string | null;
  /**
   * Whether Redis itself forgets what it was told last, with the history of those tries: then a repeat needs no
   * interrupted try, and a history may be short. Default false.
   */
  forgets?: boolean;
  /** Whether what is due later may come early, each time with a try of its own in the history. Default false. */
  early?: boolean;
  /** Why this machine cannot run it; null when it can. */
  missing?: () => Promise<string | null>;
  startRedis: () => Promise<R>;
  serverRedisUrl?: (redis: R) => string;
  /** Replicas that must have an event before it is acknowledged; default 0. */
  replicas?: number;
  /** Where the producer of the load spools; then all events go through it. */
  spoolFolder?: (redis: R) => string;
  /** Does it, under load, and calls `house.mended()` when it is over. */
  inject: (house: House<R>, context: FaultContext) => Promise<void>;
}

/** What came of a row. */
export interface FaultResult {
  name: string;
  title: string;
  verdict: 'ok' | 'failed' | 'skipped';
  accepted: number;
  owed: number;
  delivered: number;
  dead: number;
  due: number;
  lost: number;
  repeats: number;
  /** Why repeats may be; null: none may be. */
  repeatsBecause: string | null;
  interrupted: number;
  /** Emits that were refused or not answered in time; each was made again with the same id. */
  refused: number;
  /** Brought, though nobody was told that they were accepted. */
  unacknowledged: number;
  /** From the end of the fault until the last delivery accepted before it came to its first try, ms. */
  recoveredMs: number | null;
  /**
   * From the end of the fault until the last delivery accepted before it had all the tries that it needed, retries
   * included, ms.
   */
  caughtUpMs: number | null;
  /** How long the row took, s. */
  seconds: number;
  problems: string[];
}
