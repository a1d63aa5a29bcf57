/** What a caller says of Redis, read and refused in words. */
import { HooklaneError, formatRedisHosts, parseRedisUrl } from '@hooklane/core';
import type { RedisAccess, RedisAddress } from '@hooklane/core';

/** How to reach Redis, with its URL read. */
export interface ReadAccess extends RedisAccess {
  address: RedisAddress;
}

/** Reads a URL, or a URL with what it has no place for. Throws `invalid_setting`, which never shows a password. */
export function readAccess(redis: string | RedisAccess): ReadAccess {
  const access = typeof redis === 'string' ? { url: redis } : redis;
  const check = parseRedisUrl(access.url);
  if (check.ok) return { ...access, address: check.address };
  const hint = check.hint === undefined ? '' : ` ${check.hint}`;
  const detail = `The address of Redis must be ${check.bound}.${hint}`;
  throw new HooklaneError('invalid_setting', { field: 'redis', detail });
}

/** Where Redis is, for messages: never a password. */
export function formatAccess({ address }: ReadAccess): string {
  const hosts = formatRedisHosts(address);
  if (address.kind === 'cluster') return `the Cluster of ${hosts}`;
  return address.kind === 'sentinel' ? `${address.master} by the Sentinels ${hosts}` : hosts;
}
