/** What Redis holds may be damaged: written over by others, half restored, of another version. Then an error says what, and where. */
import { HooklaneError } from '@hooklane/core';
import type { RedisClient } from '@hooklane/redis';
import type { Keys } from './keys.ts';

/** A record that cannot be read. `what` completes "it …". Never shows what the record holds: it may be a secret. */
export function damagedRecord(key: string, what: string, cause?: unknown): HooklaneError {
  const detail =
    `What Redis holds under the key ${key} (${kindOf(key)}) cannot be read: ${what}. Restore the key from a backup, or delete` +
    ' what it stands for.';
  return new HooklaneError('damaged_record', { detail, ...(cause === undefined ? {} : { cause }) });
}

/** `{h0}:webhook:wh_…` is a `webhook`. */
function kindOf(key: string): string {
  return key.replace(/^\{[^}]*\}:/, '').split(':', 1)[0] ?? '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A JSON object; null: it is none. */
export function parseObject(text: string): object | null {
  const value = parse(text);
  return typeof value === 'object' && !Array.isArray(value) ? value : null;
}

/** A JSON array; null: it is none. */
export function parseArray(text: string): unknown[] | null {
  const value = parse(text);
  return Array.isArray(value) ? value : null;
}

/** A whole number that is not negative; `otherwise` when the text is none. */
export function wholeNumber(text: string | null | undefined, otherwise = 0): number {
  const value = text ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) && value >= 0 ? value : otherwise;
}

/** One of the words; null when the text is none of them. */
export function oneOf<T extends string>(words: readonly T[], text: string | null | undefined): T | null {
  return words.find((word) => word === text) ?? null;
}

/** What Redis says when a key or a counter holds something else than it should. */
const DAMAGE_REPLY = /WRONGTYPE|not an integer|not a valid float|no longer than|Invalid stream ID/;

/** For `catch`: what is damaged is passed over with this in its place; any other error goes on. */
export function skipDamage<T>(instead: T): (error: unknown) => T {
  return (error) => {
    const isDamage =
      error instanceof HooklaneError
        ? error.code === 'damaged_record'
        : error instanceof Error && error.name === 'ReplyError' && DAMAGE_REPLY.test(error.message);
    if (isDamage) return instead;
    throw error;
  };
}

/** Turns the reply to a command on a damaged key into `damaged_record`; null for any other error. */
export async function explainDamage(
  error: unknown,
  { redis, keys, args }: { redis: RedisClient; keys: Keys; args: readonly (string | number)[] },
): Promise<HooklaneError | null> {
  if (!(error instanceof Error) || error.name !== 'ReplyError' || !DAMAGE_REPLY.test(error.message))
    return null;
  const found = commandKey(error, keys) ?? (await findWrongType(redis, keys, args));
  return damagedRecord(found ?? `${keys.prefix}*`, 'it is not of the type or form that belongs there', error);
}

/** A plain command names its key. */
function commandKey(error: Error, keys: Keys): string | null {
  const { command } = error as { command?: { args?: readonly unknown[] } };
  const [key] = command?.args ?? [];
  return typeof key === 'string' && key.startsWith(keys.prefix) ? key : null;
}

/** The types of keys by their kinds; those that scripts use. */
const TYPES: Record<string, string> = {
  event: 'hash',
  tries: 'list',
  webhook: 'hash',
  state: 'hash',
  scope: 'hash',
  hooks: 'hash',
  lane: 'zset',
  trying: 'set',
  log: 'stream',
  notice: 'hash',
  notices: 'zset',
  notify: 'string',
  session: 'hash',
  sessions: 'zset',
  token: 'hash',
  redrive: 'hash',
  lanes: 'zset',
  dead: 'zset',
  'dead-groups': 'set',
  index: 'zset',
  tokens: 'zset',
  scopes: 'zset',
  meta: 'hash',
  changes: 'stream',
  'open-notices': 'zset',
  'open-lanes': 'set',
  'slow-lanes': 'set',
};

const MOST_NAMES = 20;

/** A script does not say which key it stumbled over: those that its arguments name are looked at. */
async function findWrongType(
  redis: RedisClient,
  keys: Keys,
  args: readonly (string | number)[],
): Promise<string | null> {
  const names = [...new Set(args.map(String))].filter((arg) => arg.length >= 2 && arg.length <= 400);
  const candidates = Object.keys(TYPES).flatMap((kind) => [
    `${keys.prefix}${kind}`,
    ...names
      .slice(0, MOST_NAMES)
      .map((name) => (name.startsWith(`${kind}:`) ? keys.prefix + name : `${keys.prefix}${kind}:${name}`)),
  ]);
  try {
    const types = await Promise.all(candidates.map((key) => redis.type(key)));
    const at = types.findIndex((type, i) => {
      const kind = kindOf(candidates[i] ?? '');
      return type !== 'none' && type !== TYPES[kind];
    });
    return candidates[at] ?? null;
  } catch {
    // Redis went away meanwhile.
    return null;
  }
}
