/** Signs a request: which headers to add to it. */
import {
  GITHUB_HEADER,
  STANDARD_HEADER,
  githubSignature,
  signedPrefix,
  standardSignature,
} from './signatures.ts';
import type { Body } from './signatures.ts';

/**
 * How a request is signed. `standard`: Standard Webhooks 1.0. `github`: as GitHub does. `token`: the secret itself
 * in a header.
 */
export type SigningProfile = 'standard' | 'github' | 'token';

/** What {@link signRequest} needs to know. */
export interface SignRequestInput {
  profile: SigningProfile;
  /** The current secret first; more during the overlap of a rotation. None: the request goes unsigned. */
  secrets: readonly string[];
  /** Lower case; needed for the profile `token` alone. */
  tokenHeader?: string;
  /** The value of the header `webhook-id`; without dots, because a dot ends it in what is signed. */
  id: string;
  /** The value of the header `webhook-timestamp`: seconds since the epoch, a whole number. */
  timestampSec: number;
  /** Exactly what will be sent. */
  body: Body;
}

/**
 * The headers that sign a request, in lower case; none without a secret. With `standard` every secret signs, and
 * the caller sends `webhook-id` and `webhook-timestamp` himself. `github` and `token` have room for one signature:
 * the first secret signs. Throws TypeError when a secret or `tokenHeader` cannot be used.
 */
export function signRequest(input: SignRequestInput): Record<string, string> {
  const current = input.secrets[0];
  if (current === undefined) return {};
  switch (input.profile) {
    case 'standard':
      return { [STANDARD_HEADER]: signStandard(input) };
    case 'github':
      return { [GITHUB_HEADER]: githubSignature(current, input.body) };
    case 'token':
      return { [tokenHeaderOf(input.tokenHeader)]: current };
    default:
      return refuse(input.profile);
  }
}

/** The name under which `token` sends the secret. Throws TypeError when there is none. */
export function tokenHeaderOf(name: string | undefined): string {
  if (name === undefined || name === '') throw new TypeError('The profile "token" needs tokenHeader.');
  return name.toLowerCase();
}

/** Throws TypeError: plain JavaScript may hand in anything. */
export function refuse(profile: never): never {
  throw new TypeError(
    `The signing profile must be standard, github or token; this one is ${String(profile)}.`,
  );
}

function signStandard({ secrets, id, timestampSec, body }: SignRequestInput): string {
  const prefix = signedPrefix(id, timestampSec);
  return secrets.map((secret) => standardSignature(secret, prefix, body)).join(' ');
}
