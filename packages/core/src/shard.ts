/** Which shard keeps what: a pure function of the account, so that every program knows it without asking. */
import { nameKey } from './event.ts';

/** The most shards: each costs every worker that serves it five connections. */
export const MAX_SHARDS = 256;

/** The shard that keeps what belongs to no account: tokens, sessions, the audit log, the signs of life of workers. */
export const HOME_SHARD = 0;

/**
 * The shard of an account, 0 to `shards` - 1. Accounts spread evenly, and when the number grows from n to m only those
 * move that go to a new shard, about (m - n) / m of them: the jump consistent hash of Lamping and Veach (2014), over a
 * generator with a state of 32 bits. It must never change: what an account has would be looked for elsewhere.
 */
export function shardOf(account: string, shards: number): number {
  if (shards === 1) return HOME_SHARD;
  let state = hash(nameKey(account));
  let shard = HOME_SHARD;
  for (let next = 0; next < shards;) {
    shard = next;
    state = (state + 0x9e37_79b9) >>> 0;
    next = Math.floor(((shard + 1) * 2 ** 32) / (mix(state) + 1));
  }
  return shard;
}

/** FNV-1a of 32 bits, over the UTF-16 units: an account's name is ASCII. */
function hash(text: string): number {
  let value = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x0100_0193);
  return value >>> 0;
}

/** The finalizer of MurmurHash3: every bit of the state counts for every bit of the answer. */
function mix(state: number): number {
  let value = Math.imul(state ^ (state >>> 16), 0x85eb_ca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2_ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
