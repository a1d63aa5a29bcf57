/** The settings that say where Redis is: what each is alone, and what they are together. */
import { X509Certificate } from 'node:crypto';
import { parseRedisUrl } from '@hooklane/core';
import type { RedisAccess } from '@hooklane/core';
import { readText } from './setting-files.ts';
import type { FileRefusal } from './setting-files.ts';

/** The settings, each read by itself. */
export interface RedisSettings {
  REDIS_URL: string;
  HOOKLANE_REDIS_CA_FILE: string | null;
  HOOKLANE_REDIS_SERVER_NAME: string | null;
  HOOKLANE_REDIS_SENTINEL_USER: string | null;
  HOOKLANE_REDIS_SENTINEL_PASSWORD: string | null;
}

/** The bundle of all authorities of an operating system has a quarter of this. */
const MAX_CA_BYTES = 2 ** 20;

/** Puts them together. A setting that the address has no use for is refused: it is hardly what was meant. */
export function readRedisAccess(settings: RedisSettings): { access: RedisAccess; refusals: FileRefusal[] } {
  const check = parseRedisUrl(settings.REDIS_URL);
  const refusals: FileRefusal[] = [];
  const refuse = (field: string, what: string): void => {
    refusals.push({ field, message: `${field} ${what}.` });
  };
  const demand = (names: readonly (keyof RedisSettings)[], isUsed: boolean, what: string): void => {
    for (const name of names) if (settings[name] !== null && !isUsed) refuse(name, what);
  };
  const isTls = check.ok && check.address.tls;
  const isSentinel = check.ok && check.address.kind === 'sentinel';
  const tlsNames = ['HOOKLANE_REDIS_CA_FILE', 'HOOKLANE_REDIS_SERVER_NAME'] as const;
  demand(tlsNames, isTls, 'is only for a REDIS_URL with TLS (rediss:, rediss+cluster:, rediss+sentinel:)');
  const sentinelNames = ['HOOKLANE_REDIS_SENTINEL_USER', 'HOOKLANE_REDIS_SENTINEL_PASSWORD'] as const;
  demand(sentinelNames, isSentinel, 'is only for a REDIS_URL with Sentinels (redis+sentinel:)');
  const path = settings.HOOKLANE_REDIS_CA_FILE;
  const ca = path === null || !isTls ? null : readCertificates(path);
  if (ca !== null && 'why' in ca) refuse('HOOKLANE_REDIS_CA_FILE', ca.why);
  const access: RedisAccess = {
    url: settings.REDIS_URL,
    ca: ca !== null && 'text' in ca ? ca.text : undefined,
    serverName: settings.HOOKLANE_REDIS_SERVER_NAME ?? undefined,
    sentinelUser: settings.HOOKLANE_REDIS_SENTINEL_USER ?? undefined,
    sentinelPassword: settings.HOOKLANE_REDIS_SENTINEL_PASSWORD ?? undefined,
  };
  return { access: Object.freeze(access), refusals };
}

function readCertificates(path: string): { text: string } | { why: string } {
  const read = readText(path, MAX_CA_BYTES);
  if ('why' in read) return read;
  const blocks = read.text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const bad = 'must be the path of a file with certificates in PEM';
  try {
    const found = blocks.map((block) => new X509Certificate(block));
    return found.length > 0 ? read : { why: `${bad}; this one has none` };
  } catch {
    return { why: `${bad}; this one has one that cannot be read` };
  }
}
