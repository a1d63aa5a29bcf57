/** Verifies a request. For receivers: call it with the raw body, before any JSON is parsed. */
import { hash, timingSafeEqual } from 'node:crypto';
import { readHeader } from './headers.ts';
import type { HeaderSource } from './headers.ts';
import { refuse, tokenHeaderOf } from './sign-request.ts';
import type { SigningProfile } from './sign-request.ts';
import {
  GITHUB_HEADER,
  ID_HEADER,
  STANDARD_HEADER,
  TIMESTAMP_HEADER,
  githubSignature,
  signedPrefix,
  standardSignature,
} from './signatures.ts';
import type { Body } from './signatures.ts';

/** How far the sender's clock may differ, seconds (Standard Webhooks 1.0: five minutes). */
export const DEFAULT_TOLERANCE_SEC = 300;

/**
 * Why a request is not believed. `missing_header`: a header of the profile is not there.
 * `invalid_header`: `webhook-timestamp` is no number. `timestamp_too_old`, `timestamp_too_new`: outside the
 * tolerance, perhaps a replay. `no_match`: no signature fits any secret.
 */
export type VerifyFailure =
  'missing_header' | 'invalid_header' | 'timestamp_too_old' | 'timestamp_too_new' | 'no_match';

/** Whether a request is believed. */
export type Verification = { ok: true } | { ok: false; reason: VerifyFailure };

/** What every verification needs. */
export interface VerifyGithubInput {
  /** Any of them may have signed: name old and new during a rotation. At least one. */
  secrets: readonly string[];
  headers: HeaderSource;
  /** The raw body, exactly as it came. */
  body: Body;
}

/** What {@link verifyStandard} needs to know. */
export interface VerifyStandardInput extends VerifyGithubInput {
  /** Seconds, 0 or more; {@link DEFAULT_TOLERANCE_SEC} when left out. */
  toleranceSec?: number;
  /** ms since the epoch; the clock when left out. */
  now?: number;
}

/** What {@link verifyToken} needs to know. */
export interface VerifyTokenInput {
  /** Any of them may be sent. At least one. */
  secrets: readonly string[];
  headers: HeaderSource;
  /** The header that carries the secret. */
  tokenHeader: string;
}

/** What {@link verifySignature} needs to know. */
export interface VerifySignatureInput extends VerifyStandardInput {
  profile: SigningProfile;
  /** Needed for the profile `token` alone. */
  tokenHeader?: string;
}

/**
 * Whether a request was signed with one of the secrets, by the profile that the webhook has. Takes the same time
 * wherever a signature differs. Throws TypeError when the call itself is wrong: no secret, a secret or header
 * name that cannot be used, a tolerance that is no number.
 */
export function verifySignature(input: VerifySignatureInput): Verification {
  switch (input.profile) {
    case 'standard':
      return verifyStandard(input);
    case 'github':
      return verifyGithub(input);
    case 'token':
      return verifyToken({ ...input, tokenHeader: tokenHeaderOf(input.tokenHeader) });
    default:
      return refuse(input.profile);
  }
}

/** As {@link verifySignature} for `standard`: checks `webhook-signature`, and `webhook-timestamp` against the clock. */
export function verifyStandard(input: VerifyStandardInput): Verification {
  const { secrets, headers, body, toleranceSec = DEFAULT_TOLERANCE_SEC, now = Date.now() } = input;
  needSecrets(secrets);
  const id = readHeader(headers, ID_HEADER);
  const timestamp = readHeader(headers, TIMESTAMP_HEADER);
  const signatures = readHeader(headers, STANDARD_HEADER);
  if (id === null || timestamp === null || signatures === null) return fail('missing_header');
  const late = timestampFailure(timestamp, toleranceSec, now);
  if (late !== null) return fail(late);
  const prefix = signedPrefix(id, timestamp);
  return matchAny(
    secrets.map((secret) => standardSignature(secret, prefix, body)),
    signatures.split(' '),
  );
}

/** As {@link verifySignature} for `github`: checks `x-hub-signature-256`. It has no time: repeats are not seen. */
export function verifyGithub({ secrets, headers, body }: VerifyGithubInput): Verification {
  needSecrets(secrets);
  const signature = readHeader(headers, GITHUB_HEADER);
  if (signature === null) return fail('missing_header');
  return matchAny(
    secrets.map((secret) => githubSignature(secret, body)),
    [signature],
  );
}

/** As {@link verifySignature} for `token`: compares the secret. It does not cover the body. */
export function verifyToken({ secrets, headers, tokenHeader }: VerifyTokenInput): Verification {
  needSecrets(secrets);
  const token = readHeader(headers, tokenHeaderOf(tokenHeader));
  if (token === null) return fail('missing_header');
  return matchAny(secrets, [token]);
}

/** An empty list would make every request look forged, an empty secret would let anyone in. */
function needSecrets(secrets: readonly string[]): void {
  if (secrets.length === 0 || secrets.includes('')) {
    throw new TypeError('Verifying needs at least one secret, and none may be empty.');
  }
}

function timestampFailure(timestamp: string, toleranceSec: number, now: number): VerifyFailure | null {
  if (!(toleranceSec >= 0)) {
    throw new TypeError(`toleranceSec must be 0 or more; this one is ${toleranceSec}.`);
  }
  if (!/^\d{1,12}$/.test(timestamp)) return 'invalid_header';
  const age = Math.floor(now / 1000) - Number(timestamp);
  if (age > toleranceSec) return 'timestamp_too_old';
  return -age > toleranceSec ? 'timestamp_too_new' : null;
}

/** Which secret matched may show in the time; how near a wrong signature came may not. */
function matchAny(expected: readonly string[], given: readonly string[]): Verification {
  const digests = given.map(digest);
  const isMatch = expected.map(digest).some((wanted) => digests.some((one) => timingSafeEqual(one, wanted)));
  return isMatch ? { ok: true } : fail('no_match');
}

/** Equal lengths, so that not even the length of a secret shows in the time. */
function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

function fail(reason: VerifyFailure): Verification {
  return { ok: false, reason };
}
