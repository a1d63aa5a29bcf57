/** How one setting is read from its text. A refusal says the bound and the value, and never shows a secret. */
import { BlockList, isIP } from 'node:net';
import {
  DEFAULT_RETRY_POLICY,
  DEFAULT_RETRY_SCHEDULE,
  MAX_SHARDS,
  RETRY_JITTER,
  formatDuration,
  parseDuration,
  parseRedisUrl,
  parseRetrySchedule,
  showValue,
} from '@hooklane/core';
import type { RetryPolicy } from '@hooklane/core';
import { z } from 'zod';

/** A value that was read, or the bound that it breaks: it completes "PORT must be …". */
type Reading<T> = { value: T } | { bound: string; hint?: string; shown?: string };

const NOT_SHOWN = 'its value is not shown';

/** A setting with a default; `read` gets the text as it was given. */
function setting<T>(preset: T, read: (text: string) => Reading<T>) {
  return z
    .string()
    .optional()
    .transform((text, context): T => {
      if (text === undefined) return preset;
      const reading = read(text);
      if ('value' in reading) return reading.value;
      const shown = reading.shown ?? `this one is ${showValue(text)}`;
      const hint = reading.hint === undefined ? '' : ` ${reading.hint}`;
      context.addIssue({ code: 'custom', message: `must be ${reading.bound}; ${shown}.${hint}` });
      return z.NEVER;
    });
}

/** A whole number, bounds included. */
export function wholeNumberText(bound: { min: number; max: number; preset: number }) {
  return setting(bound.preset, (text): Reading<number> => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= bound.min && value <= bound.max) return { value };
    return { bound: `a whole number from ${bound.min} to ${bound.max}` };
  });
}

/** Numbers and ranges of shards such as `0,2-3`, each once and in rising order, or null. */
export function shardsText() {
  return setting<number[] | null>(null, (text): Reading<number[] | null> => {
    const bound = `numbers of shards and ranges from 0 to ${MAX_SHARDS - 1}, such as 0,2-3`;
    const served = new Set<number>();
    for (const part of text.split(',')) {
      const [, first, last = first] = /^ *(\d{1,3})(?:-(\d{1,3}))? *$/.exec(part) ?? [];
      const [from, to] = [Number(first), Number(last)];
      if (first === undefined || from > to || to >= MAX_SHARDS) return { bound };
      for (let shard = from; shard <= to; shard++) served.add(shard);
    }
    return { value: [...served].toSorted((a, b) => a - b) };
  });
}

/** A duration such as `250ms`, `5s`, `5m`, `2h`, `7d`, bounds included; all in ms. */
export function durationText(bound: { min: number; max: number; preset: number }) {
  return setting(bound.preset, (text): Reading<number> => {
    const value = readDuration(text);
    if (value !== null && value >= bound.min && value <= bound.max) return { value };
    const [min, max] = [formatDuration(bound.min), formatDuration(bound.max)];
    return { bound: `a duration from ${min} to ${max}, such as 250ms, 5s, 5m, 2h, 7d` };
  });
}

/** The durations of core, and days, which only settings need. */
function readDuration(text: string): number | null {
  if (text === '0') return 0;
  const days = /^(\d{1,6})d$/.exec(text);
  return parseDuration(days === null ? text : `${Number(days[1]) * 24}h`);
}

/** Where something answers over HTTP, or null. */
export function httpUrlText() {
  return setting<string | null>(null, (text): Reading<string | null> => {
    const url = URL.parse(text);
    if (url !== null && /^https?:$/.test(url.protocol)) return { value: text };
    return { bound: 'an address that begins with http:// or https://', shown: NOT_SHOWN };
  });
}

/** A text of 1 to `max` characters, or null. */
export function plainText(max: number) {
  return setting<string | null>(null, (text): Reading<string | null> =>
    text.length <= max ? { value: text } : { bound: `a text of at most ${max} characters` },
  );
}

/** A text of 1 to `max` characters that is never shown, or null. */
export function hiddenText(max: number) {
  return setting<string | null>(null, (text): Reading<string | null> =>
    text.length <= max
      ? { value: text }
      : { bound: `a text of at most ${max} characters`, shown: `this one has ${text.length}; ${NOT_SHOWN}` },
  );
}

/** A host name, as a certificate is for one, or null. */
export function hostNameText() {
  return setting<string | null>(null, (text): Reading<string | null> =>
    text.length <= 253 && /^[a-z\d_-]+(\.[a-z\d_-]+)*$/i.test(text)
      ? { value: text }
      : { bound: 'a host name of at most 253 characters, such as redis.example.com' },
  );
}

const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** A size such as `512MiB`, `4GiB`, or plain bytes, bounds included; 0 when it is not set. */
export function bytesText(bound: { min: number; max: number }) {
  return setting(0, (text): Reading<number> => {
    const [, digits = '', unit = ''] = /^(\d{1,16})(KiB|MiB|GiB|TiB)?$/.exec(text) ?? [];
    const value = digits === '' ? Number.NaN : Number(digits) * (BYTE_UNITS[unit] ?? Number.NaN);
    if (value >= bound.min && value <= bound.max) return { value };
    return { bound: `a size from ${bound.min} to ${bound.max} bytes, such as 512MiB, 4GiB` };
  });
}

/** One of a few words. */
export function choiceText<const T extends string>(choices: readonly T[], preset: T) {
  return setting<T>(preset, (text): Reading<T> => {
    const value = choices.find((choice) => choice === text);
    return value === undefined ? { bound: `one of ${choices.join(', ')}` } : { value };
  });
}

/** A Redis URL as core reads it. Its password and its query are not shown. */
export function redisUrlText(preset: string) {
  return setting(preset, (text): Reading<string> => {
    const check = parseRedisUrl(text);
    if (check.ok) return { value: text };
    const shown = `this one is ${showValue(hidePassword(text))}`;
    return { bound: check.bound, shown, ...(check.hint === undefined ? {} : { hint: check.hint }) };
  });
}

/** The text with all before its last `@` and all after a `?` hidden: what is there can be a password. */
function hidePassword(text: string): string {
  return text.replace(/^([a-z+]*:\/\/)?.*@/is, '$1***@').replace(/\?.*$/s, '?***');
}

/** The fewest characters of a token: 16 random ones of base64 are 96 bits. */
const MIN_TOKEN_CHARS = 16;

/** Fewer different characters than this are a row of one key, not a random text. */
const MIN_DIFFERENT_CHARS = 6;

/** What people leave in a file of settings for somebody to replace. Punctuation and case do not count. */
const PLACEHOLDER =
  /changeme|changethis|changeit|replaceme|replacethis|replacewith|placeholder|(your|my|some|insert|enter|put)(api|secret|own|a|an|the)*(token|key|secret)|^example|default|password|^(api|secret|bearer|auth|access|token|key|test|demo|dev|admin|hooklane|\d)+$/;

/**
 * A bearer token: visible ASCII without spaces, so that it can stand in a header; long enough, and no placeholder, since
 * who knows the documentation would know it. Never shown.
 */
export function apiTokenText() {
  return setting<string | null>(null, (text): Reading<string> => {
    const fault = faultOfToken(text);
    if (fault === null) return { value: text };
    const bound = `at least ${MIN_TOKEN_CHARS} visible ASCII characters without spaces, and no placeholder`;
    return { bound, shown: `this one ${fault}; ${NOT_SHOWN}`, hint: 'Make one with: openssl rand -hex 32' };
  });
}

/** What is wrong with a token, as "…has 5 characters"; null: nothing. */
export function faultOfToken(text: string): string | null {
  if (!/^[\x21-\x7e]+$/.test(text)) return 'has other characters';
  if (text.length < MIN_TOKEN_CHARS) return `has ${text.length} characters`;
  if (new Set(text).size < MIN_DIFFERENT_CHARS) return 'repeats a few characters';
  return PLACEHOLDER.test(text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')) ? 'is a placeholder' : null;
}

/** 32 bytes in base64, strictly. Never shown. */
export function secretKeyText() {
  return setting<string | null>(null, (text): Reading<string> => {
    if (isSecretKey(text)) return { value: text };
    const hint = 'Make one with: openssl rand -base64 32';
    return { bound: '32 bytes in base64 (44 characters)', shown: NOT_SHOWN, hint };
  });
}

/** The most other keys: of a rotation that was begun, and of those before. */
const MAX_OTHER_KEYS = 5;

/** Several keys, comma separated. Never shown. */
export function secretKeysText() {
  return setting<readonly string[]>([], (text): Reading<string[]> => {
    const value = text.split(',', MAX_OTHER_KEYS + 1).map((key) => key.trim());
    if (value.length <= MAX_OTHER_KEYS && value.every(isSecretKey)) return { value };
    const bound = `at most ${MAX_OTHER_KEYS} keys of 32 bytes in base64 (44 characters each), with commas between`;
    return { bound, shown: NOT_SHOWN };
  });
}

/** Whether a text is 32 bytes in canonical base64. */
export function isSecretKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(text) && Buffer.from(text, 'base64').toString('base64') === text;
}

/** A retry schedule as core reads it. */
export function retryScheduleText() {
  return setting<RetryPolicy>(DEFAULT_RETRY_POLICY, (text): Reading<RetryPolicy> => {
    const check = parseRetrySchedule(text);
    if (check.ok) return { value: { scheduleMs: Object.freeze(check.scheduleMs), jitter: RETRY_JITTER } };
    return { bound: `a schedule such as ${DEFAULT_RETRY_SCHEDULE}`, hint: check.message };
  });
}

/** The most networks that can be allowed: each is looked at for every connection. */
const MAX_NETWORKS = 100;

/** CIDRs and plain addresses, comma separated, at most {@link MAX_NETWORKS}. */
export function networksText() {
  return setting<readonly string[]>([], (text): Reading<string[]> => {
    const value = text.split(',', MAX_NETWORKS + 1).map((entry) => entry.trim());
    const bound = `a list of at most ${MAX_NETWORKS} networks such as 10.0.0.0/8,fd00::/8`;
    if (value.length > MAX_NETWORKS) return { bound };
    const bad = value.find((entry) => !isNetwork(entry));
    return bad === undefined ? { value } : { bound, hint: `${showValue(bad)} is no network.` };
  });
}

function isNetwork(text: string): boolean {
  const [address = '', given, ...rest] = text.split('/');
  const version = isIP(address);
  const prefix = given ?? (version === 4 ? '32' : '128');
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(prefix)) return false;
  if (Number(prefix) > (version === 4 ? 32 : 128)) return false;
  try {
    new BlockList().addSubnet(address, Number(prefix), version === 4 ? 'ipv4' : 'ipv6');
    return true;
  } catch {
    return false;
  }
}

/** The first and the last port of a range, 1 to 65535. */
export type PortRange = readonly [first: number, last: number];

/** The most ranges of ports that can be allowed. */
const MAX_PORT_RANGES = 100;

/** Ports and ranges of ports, comma separated, at most {@link MAX_PORT_RANGES}. */
export function portsText() {
  return setting<readonly PortRange[] | null>(null, (text): Reading<PortRange[]> => {
    const entries = text.split(',', MAX_PORT_RANGES + 1).map((entry) => entry.trim());
    const bound = `a list of at most ${MAX_PORT_RANGES} ports and ranges from 1 to 65535, such as 443,8000-8999`;
    if (entries.length > MAX_PORT_RANGES) return { bound };
    const ranges = entries.map(readPortRange);
    const bad = ranges.indexOf(null);
    if (bad === -1) return { value: ranges.filter((range) => range !== null) };
    return { bound, hint: `${showValue(entries[bad])} is no port or range.` };
  });
}

function readPortRange(text: string): PortRange | null {
  const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const [first, last] = [Number(from ?? 0), Number(to ?? from ?? 0)];
  return first >= 1 && first <= last && last <= 65_535 ? [first, last] : null;
}

/** A path, at most 1024 characters, without NUL, or null. */
export function pathText() {
  return setting<string | null>(null, readPath);
}

/** A folder's path, at most 1024 characters, without NUL. */
export function dirText(preset: string) {
  return setting(preset, readPath);
}

function readPath(text: string): Reading<string> {
  if (text.length <= 1024 && !text.includes('\0')) return { value: text };
  return { bound: 'a path of at most 1024 characters' };
}
