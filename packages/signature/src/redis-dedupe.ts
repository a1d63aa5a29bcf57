/** Drops repeats over many processes, and over restarts: one small key of Redis per id. */
import { randomUUID } from 'node:crypto';
import { busy, dedupeTimes } from './dedupe.ts';
import type { Claim, Dedupe, DedupeTimes } from './dedupe.ts';

/** How to remember. */
export interface RedisDedupeOptions extends DedupeTimes {
  /**
   * Sends one command to Redis 2.6.12 or later, or Valkey, with the client that you have:
   * `([name, ...args]) => ioredis.call(name, ...args)`, or `(command) => nodeRedis.sendCommand(command)`.
   * The client's own timeout is the bound of a claim; it should be short of Hooklane's 15 s.
   */
  send: (command: [string, ...string[]]) => Promise<unknown>;
  /** What every key begins with; default `hooklane:seen:`. Receivers that share a Redis need one each. */
  prefix?: string;
}

const DONE = 'done';

/** Deletes a claim unless it is another's by now. */
const RELEASE =
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/** Drops repeats over all processes that use the same Redis and prefix. Throws TypeError for a time that is no number. */
export function createRedisDedupe(options: RedisDedupeOptions): Dedupe {
  const { ttlMs, claimMs } = dedupeTimes(options);
  const { send, prefix = 'hooklane:seen:' } = options;

  async function claim(id: string): Promise<Claim> {
    const key = prefix + id;
    const token = randomUUID();
    const taken = await send(['SET', key, token, 'PX', String(claimMs), 'NX']);
    if (taken === null) return asText(await send(['GET', key])) === DONE ? { is: 'repeat' } : busy(claimMs);
    return {
      is: 'first',
      // Also when the claim has lapsed: the work was done, whoever holds the claim now.
      done: async () => {
        await send(['SET', key, DONE, 'PX', String(ttlMs)]);
      },
      release: async () => {
        await send(['EVAL', RELEASE, '1', key, token]);
      },
    };
  }

  return {
    claim,
    forget: async (id) => {
      await send(['DEL', prefix + id]);
    },
  };
}

/** Some clients answer in bytes. */
function asText(reply: unknown): unknown {
  return reply instanceof Uint8Array ? Buffer.from(reply).toString() : reply;
}
