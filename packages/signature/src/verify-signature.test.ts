import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { signRequest } from './sign-request.ts';
import type { SigningProfile } from './sign-request.ts';
import { verifyGithub, verifySignature, verifyStandard, verifyToken } from './verify-signature.ts';

const NOW = 1_760_000_000_500;
const NOW_SEC = 1_760_000_000;
const KEY = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER = 'another secret';
const BODY = '{"status":"Success"}';
const TOKEN_HEADER = 'x-webhook-token';
const PROFILES = ['standard', 'github', 'token'] as const;

function signed(profile: SigningProfile, secrets: string[], timestampSec = NOW_SEC): Record<string, string> {
  const added = signRequest({
    profile,
    secrets,
    tokenHeader: TOKEN_HEADER,
    id: 'evt_1',
    timestampSec,
    body: BODY,
  });
  return { 'webhook-id': 'evt_1', 'webhook-timestamp': String(timestampSec), ...added };
}

function check(profile: SigningProfile, secrets: string[], headers: Record<string, string>, body = BODY) {
  return verifySignature({ profile, secrets, headers, body, tokenHeader: TOKEN_HEADER, now: NOW });
}

describe.each(PROFILES)('%s', (profile) => {
  test('accepts what was signed with the secret', () => {
    expect(check(profile, [KEY], signed(profile, [KEY]))).toEqual({ ok: true });
  });

  test('accepts any of several secrets, so a receiver can rotate first', () => {
    expect(check(profile, [OTHER, KEY], signed(profile, [KEY]))).toEqual({ ok: true });
  });

  test('refuses another secret', () => {
    expect(check(profile, [OTHER], signed(profile, [KEY]))).toEqual({ ok: false, reason: 'no_match' });
  });

  test('names a missing header', () => {
    expect(check(profile, [KEY], signed(profile, []))).toEqual({ ok: false, reason: 'missing_header' });
  });

  test('no secret or an empty one is a mistake of the caller, never a yes', () => {
    expect(() => check(profile, [], signed(profile, [KEY]))).toThrow(TypeError);
    expect(() => check(profile, [KEY, ''], signed(profile, [KEY]))).toThrow(TypeError);
  });
});

test.each(['standard', 'github'] as const)('%s refuses a body with any one character changed', (profile) => {
  const headers = signed(profile, [KEY]);
  fc.assert(
    fc.property(fc.nat(BODY.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, char) => {
      const body = BODY.slice(0, at) + char + BODY.slice(at + 1);
      fc.pre(body !== BODY);
      expect(check(profile, [KEY], headers, body)).toEqual({ ok: false, reason: 'no_match' });
    }),
  );
});

test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('standard needs %s', (name) => {
  const { [name]: _gone, ...headers } = signed('standard', [KEY]);
  expect(check('standard', [KEY], headers)).toEqual({ ok: false, reason: 'missing_header' });
});

test('standard refuses a signature that was made for another id or time', () => {
  const headers = signed('standard', [KEY]);
  for (const change of [{ 'webhook-id': 'evt_2' }, { 'webhook-timestamp': String(NOW_SEC - 1) }]) {
    expect(check('standard', [KEY], { ...headers, ...change })).toEqual({ ok: false, reason: 'no_match' });
  }
});

test.each([
  [-301, 'timestamp_too_old'],
  [-300, null],
  [300, null],
  [301, 'timestamp_too_new'],
])('standard, signed %i s away from the clock: %s', (offset, reason) => {
  const headers = signed('standard', [KEY], NOW_SEC + offset);
  expect(check('standard', [KEY], headers)).toEqual(reason === null ? { ok: true } : { ok: false, reason });
});

test('the tolerance can be chosen, and a meaningless one is refused rather than unbounded', () => {
  const input = { secrets: [KEY], headers: signed('standard', [KEY], NOW_SEC - 5), body: BODY, now: NOW };
  expect(verifyStandard({ ...input, toleranceSec: 5 })).toEqual({ ok: true });
  expect(verifyStandard({ ...input, toleranceSec: 4 })).toEqual({ ok: false, reason: 'timestamp_too_old' });
  for (const toleranceSec of [Number.NaN, -1]) {
    expect(() => verifyStandard({ ...input, toleranceSec })).toThrow(TypeError);
  }
});

test('without now the clock decides', () => {
  const headers = signed('standard', [KEY], Math.floor(Date.now() / 1000));
  expect(verifyStandard({ secrets: [KEY], headers, body: BODY })).toEqual({ ok: true });
});

test.each(['soon', '1e9', '1760000000.5', '-1', ' '])('a timestamp of "%s" is no timestamp', (timestamp) => {
  const headers = { ...signed('standard', [KEY]), 'webhook-timestamp': timestamp };
  expect(check('standard', [KEY], headers)).toEqual({ ok: false, reason: 'invalid_header' });
});

test('signatures of other versions stand beside ours without harm, and never count', () => {
  const headers = signed('standard', [KEY]);
  const own = headers['webhook-signature'] ?? '';
  const among = { ...headers, 'webhook-signature': `v1a,AAAA v2,BBBB ${own}` };
  expect(check('standard', [KEY], among)).toEqual({ ok: true });
  const renamed = { ...headers, 'webhook-signature': own.replace('v1,', 'v2,') };
  expect(check('standard', [KEY], renamed)).toEqual({ ok: false, reason: 'no_match' });
});

test.each([
  ['an object with capitals', (h: Record<string, string>) => capitals(h)],
  ["Node's object with a list", (h: Record<string, string>) => lists(h)],
  ['Headers', (h: Record<string, string>) => new Headers(h)],
  ['a Map', (h: Record<string, string>) => new Map(Object.entries(capitals(h)))],
  ['pairs', (h: Record<string, string>) => Object.entries(h)],
])('headers may come as %s', (_form, form) => {
  const input = { secrets: [KEY], body: BODY, now: NOW, tokenHeader: 'X-Webhook-Token' };
  for (const profile of PROFILES) {
    const headers = form(signed(profile, [KEY]));
    expect(verifySignature({ ...input, profile, headers })).toEqual({ ok: true });
  }
});

test('the functions of one profile work alone', () => {
  const body = BODY;
  expect(verifyGithub({ secrets: [KEY], headers: signed('github', [KEY]), body })).toEqual({ ok: true });
  const headers = signed('token', [KEY]);
  expect(verifyToken({ secrets: [KEY], headers, tokenHeader: TOKEN_HEADER })).toEqual({ ok: true });
});

test.each(['', 'SHA256=', 'sha256=zz', 'sha1='])('github refuses a signature of "%s…"', (prefix) => {
  const right = signed('github', [KEY])['x-hub-signature-256'] ?? '';
  const headers = { 'x-hub-signature-256': right.replace('sha256=', prefix) };
  expect(check('github', [KEY], headers)).toEqual({ ok: false, reason: 'no_match' });
});

test('token refuses a part of the secret, and the secret with more behind it', () => {
  for (const token of [KEY.slice(0, -1), `${KEY}x`]) {
    expect(check('token', [KEY], { [TOKEN_HEADER]: token })).toEqual({ ok: false, reason: 'no_match' });
  }
});

function capitals(headers: Record<string, string>): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name.toUpperCase(), value]));
}

function lists(headers: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}
