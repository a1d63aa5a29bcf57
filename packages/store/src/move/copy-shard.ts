/** Copies what moves from one shard to others, and makes sure that all of it is there. */
import { HooklaneError, shardOf } from '@hooklane/core';
import type { StoreContext } from '../store-context.ts';
import { Owners } from './key-owners.ts';
import { type OwnedKey, type SharedKey, scanMembers, scanShard, sharedKeys } from './scan-shard.ts';

/** What a copy tells while it goes on. */
export interface CopyHooks {
  /** Keys that were looked at and keys or members that were copied, since the last call. */
  onStep: (step: { looked: number; copied: number }) => void;
}

/** Keys of one round trip: bodies have up to 1 MiB. */
const AT_ONCE = 32;

/** Where things go: the contexts of all shards of the new number, by shard. */
export type Targets = readonly StoreContext[];

function targetOf(account: string, source: StoreContext, targets: Targets): StoreContext | null {
  const target = targets[shardOf(account, targets.length)];
  return target === undefined || target.keys.prefix === source.keys.prefix ? null : target;
}

/** Copies; what is there already is written over, so it may be repeated. */
export async function copyShard(source: StoreContext, targets: Targets, hooks: CopyHooks): Promise<void> {
  const down = Number((await source.redis.hget(source.keys.meta, 'down')) ?? 0);
  for await (const page of scanShard(source)) {
    let copied = 0;
    for (const part of partsOf(page.owned, AT_ONCE)) copied += await copyKeys(source, targets, part, down);
    hooks.onStep({ looked: page.looked, copied });
  }
  for (const one of sharedKeys(source)) await copyMembers(source, targets, one, hooks);
}

async function copyKeys(
  source: StoreContext,
  targets: Targets,
  owned: readonly OwnedKey[],
  down: number,
): Promise<number> {
  const moving = owned.flatMap(({ key, account }) => {
    const target = targetOf(account, source, targets);
    return target === null ? [] : [{ key, target }];
  });
  const read = await Promise.all(
    moving.map(({ key }) => Promise.all([source.redis.dumpBuffer(key), source.redis.pttl(key)])),
  );
  await Promise.all(
    moving.map(async ({ key, target }, i) => {
      const [payload = null, ttl = -2] = read[i] ?? [];
      // It expired between the two looks.
      if (payload === null || ttl === -2) return;
      const name = key.slice(source.keys.prefix.length);
      const copy = target.keys.prefix + name;
      await target.redis.restore(copy, Math.max(0, ttl), payload, 'REPLACE');
      if (name.startsWith('state:') && down > 0) await shiftStreak(target, copy, down);
    }),
  );
  return moving.length;
}

/**
 * When a webhook last failed is told in time of service, which each shard counts for itself (see follow_streak); a new
 * shard begins without time in which nobody served.
 */
async function shiftStreak(target: StoreContext, key: string, down: number): Promise<void> {
  if ((await target.redis.type(key)) !== 'hash') return;
  const text = await target.redis.hget(key, 'fa');
  const parts = text?.split('|') ?? [];
  if (parts.length !== 5) return;
  parts[1] = String(Number(parts[1]) + down);
  await target.redis.hset(key, 'fa', parts.join('|'));
}

async function copyMembers(
  source: StoreContext,
  targets: Targets,
  shared: SharedKey,
  hooks: CopyHooks,
): Promise<void> {
  const name = shared.key.slice(source.keys.prefix.length);
  for await (const [target, members] of movingMembers(source, targets, shared)) {
    const key = target.keys.prefix + name;
    if (shared.rule.type === 'set') await target.redis.sadd(key, ...members.map(([member]) => member));
    else await target.redis.zadd(key, ...members.flatMap(([member, score]) => [score, member]));
    hooks.onStep({ looked: 0, copied: members.length });
  }
}

/** Members that move, by where they go. */
async function* movingMembers(
  source: StoreContext,
  targets: Targets,
  shared: SharedKey,
): AsyncGenerator<[StoreContext, [string, string][]], void, undefined> {
  const owners = new Owners(source);
  for await (const members of scanMembers(source, shared)) {
    const homes = await Promise.all(
      members.map(async ([member]) => {
        const account = await owners.of(shared.rule.owner, member);
        return account === null ? null : targetOf(account, source, targets);
      }),
    );
    const parts = Map.groupBy(members.keys(), (i) => homes[i] ?? null);
    for (const [target, indexes] of parts) {
      if (target !== null) yield [target, indexes.flatMap((i) => (members[i] ? [members[i]] : []))];
    }
  }
}

/**
 * Throws `internal_error` when something that moves is not at its new place. A key is there whole or not at all: that is
 * how Redis restores it.
 */
export async function verifyShard(source: StoreContext, targets: Targets, hooks: CopyHooks): Promise<void> {
  for await (const page of scanShard(source)) {
    const byTarget = Map.groupBy(page.owned, ({ account }) => targetOf(account, source, targets));
    for (const [target, owned] of byTarget) {
      if (target !== null) await verifyKeys(source, target, [...new Set(owned.map(({ key }) => key))]);
    }
    hooks.onStep({ looked: page.looked, copied: 0 });
  }
  for (const one of sharedKeys(source)) {
    const key = one.key.slice(source.keys.prefix.length);
    for await (const [target, members] of movingMembers(source, targets, one)) {
      const names = members.map(([member]) => member);
      const copy = target.keys.prefix + key;
      const there =
        one.rule.type === 'set'
          ? (await target.redis.smismember(copy, names)).filter((is) => is === 1)
          : (await target.redis.zmscore(copy, names)).filter((score) => score !== null);
      if (there.length < names.length) throw incomplete(one.key, target);
    }
  }
}

async function verifyKeys(
  source: StoreContext,
  target: StoreContext,
  keys: readonly string[],
): Promise<void> {
  const copyOf = (key: string): string => target.keys.prefix + key.slice(source.keys.prefix.length);
  if ((await target.redis.exists(...keys.map(copyOf))) === keys.length) return;
  for (const key of keys) {
    // What expired meanwhile need not be there.
    if ((await target.redis.exists(copyOf(key))) === 0 && (await source.redis.exists(key)) === 1) {
      throw incomplete(key, target);
    }
  }
}

function incomplete(key: string, { keys }: StoreContext): HooklaneError {
  return new HooklaneError('internal_error', {
    detail: `${key} is not on ${keys.prefix} after it was copied. Nothing was removed. Run the command again.`,
  });
}

function* partsOf<T>(list: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}
