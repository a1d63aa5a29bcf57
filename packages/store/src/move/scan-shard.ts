/** Goes through all that a shard holds of accounts, page by page. */
import { HooklaneError } from '@hooklane/core';
import type { StoreContext } from '../store-context.ts';
import { type KeyRule, Owners, SHARED_NAMES, ruleOf } from './key-owners.ts';

const SCAN_COUNT = 500;

/** A key and the account that it belongs to. */
export interface OwnedKey {
  key: string;
  account: string;
  /** What must go before the keys that it is found by: lanes and logs before webhooks, tries before events. */
  isFound: 'by-itself' | 'by-another';
}

/** A key with members of many accounts. */
export interface SharedKey {
  key: string;
  rule: Extract<KeyRule, { kind: 'members' }>;
}

/** A page of what was found. */
export interface ScanPage {
  owned: OwnedKey[];
  /** How many keys were looked at. */
  looked: number;
}

const BY_ITSELF = new Set(['event', 'webhook', 'notice']);

/**
 * Throws `internal_error` for a key that nobody knows. A key can come more than once, as SCAN has it. `only`: the owners
 * of others are not looked for.
 */
export async function* scanShard(
  context: StoreContext,
  only?: OwnedKey['isFound'],
): AsyncGenerator<ScanPage, void, undefined> {
  const { prefix } = context.keys;
  const owners = new Owners(context);
  let cursor = '0';
  do {
    const at = cursor;
    const [next, keys] = await context.ask((node) =>
      node.scan(at, 'MATCH', `${prefix}*`, 'COUNT', SCAN_COUNT),
    );
    cursor = next;
    yield await readPage(prefix, keys, { owners, only });
  } while (cursor !== '0');
}

async function readPage(
  prefix: string,
  keys: readonly string[],
  { owners, only }: { owners: Owners; only: OwnedKey['isFound'] | undefined },
): Promise<ScanPage> {
  const page: ScanPage = { owned: [], looked: keys.length };
  await Promise.all(
    keys.map(async (key) => {
      const name = key.slice(prefix.length);
      const found = ruleOf(name);
      if (found === null) throw unknownKey(key);
      const { rule, rest } = found;
      if (rule.kind !== 'whole') return;
      const isFound = BY_ITSELF.has(name.slice(0, name.indexOf(':'))) ? 'by-itself' : 'by-another';
      if (only !== undefined && isFound !== only) return;
      const account = await owners.of(rule.owner, rest);
      if (account !== null) page.owned.push({ key, account, isFound });
    }),
  );
  return page;
}

function unknownKey(key: string): HooklaneError {
  return new HooklaneError('internal_error', {
    detail: `The key ${key} is of a kind that this version does not know: nobody can tell whose it is. Nothing was removed. Use the version that wrote it.`,
  });
}

/** The shared keys of a shard, whether they are there or not. */
export function sharedKeys({ keys }: StoreContext): SharedKey[] {
  return SHARED_NAMES.flatMap((name) => {
    const rule = ruleOf(name)?.rule;
    return rule?.kind === 'members' ? [{ key: keys.prefix + name, rule }] : [];
  });
}

/** The members of a shared key with their scores ('0' for a set), page by page; none of one that is damaged. */
export async function* scanMembers(
  { redis }: StoreContext,
  { key, rule }: SharedKey,
): AsyncGenerator<[member: string, score: string][], void, undefined> {
  if ((await redis.type(key)) !== rule.type) return;
  let cursor = '0';
  do {
    const [next, flat] =
      rule.type === 'zset'
        ? await redis.zscan(key, cursor, 'COUNT', SCAN_COUNT)
        : await redis.sscan(key, cursor, 'COUNT', SCAN_COUNT);
    cursor = next;
    if (rule.type === 'set') yield flat.map((member) => [member, '0']);
    else yield pairsOf(flat);
  } while (cursor !== '0');
}

function pairsOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i] as string, flat[i + 1] as string]);
  return pairs;
}
