import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { signRequest } from './sign-request.ts';
import type { SignRequestInput } from './sign-request.ts';
import { verifySignature } from './verify-signature.ts';

const KEY = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OLD_KEY = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const FREE_TEXT = 'geheim ☃ nicht base64!';
const BODY = '{"app_name":"RubyUbuntuRbenvApp","msg":"grüße ☃"}';

function nowSec(): number {
  return Math.floor(Date.now() / 1000);
}

function input(change: Partial<SignRequestInput> = {}): SignRequestInput {
  return {
    profile: 'standard',
    secrets: [KEY],
    id: 'evt_1',
    timestampSec: nowSec(),
    body: BODY,
    ...change,
  };
}

/** All headers that a receiver sees. */
function sent(request: SignRequestInput): Record<string, string> {
  return {
    'webhook-id': request.id,
    'webhook-timestamp': String(request.timestampSec),
    ...signRequest(request),
  };
}

/** The independent judge reads base64 only, so it gets the UTF-8 bytes of a free-text secret in base64. */
function judge(secret: string): Webhook {
  return new Webhook(secret.startsWith('whsec_') ? secret : Buffer.from(secret, 'utf8').toString('base64'));
}

describe('standard, judged by the package standardwebhooks', () => {
  test.each([KEY, OLD_KEY, FREE_TEXT, 'x'])('it accepts what we sign (%#)', (secret) => {
    expect(judge(secret).verify(BODY, sent(input({ secrets: [secret] })))).toEqual(JSON.parse(BODY));
  });

  test.each([KEY, FREE_TEXT])('we accept what it signs (%#)', (secret) => {
    const timestamp = nowSec();
    const signature = judge(secret).sign('msg_7', new Date(timestamp * 1000), BODY);
    const headers = {
      'webhook-id': 'msg_7',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    };
    expect(verifySignature({ profile: 'standard', secrets: [secret], headers, body: BODY })).toEqual({
      ok: true,
    });
  });

  test('during a rotation receivers with the old or the new secret both accept', () => {
    const headers = sent(input({ secrets: [KEY, OLD_KEY] }));
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const secret of [KEY, OLD_KEY])
      expect(judge(secret).verify(BODY, headers)).toEqual(JSON.parse(BODY));
    expect(() => judge(FREE_TEXT).verify(BODY, headers)).toThrow('No matching signature');
  });

  test('it refuses a body that was changed on the way', () => {
    expect(() => judge(KEY).verify(`${BODY} `, sent(input()))).toThrow('No matching signature');
  });

  test('any text, secret and id give the same signature as the judge', () => {
    const anyText = fc.string({ unit: 'grapheme' });
    const anySecret = fc.oneof(
      fc
        .uint8Array({ minLength: 1, maxLength: 64 })
        .map((key) => `whsec_${Buffer.from(key).toString('base64')}`),
      fc.string({ unit: 'grapheme', minLength: 1 }).filter((secret) => !secret.startsWith('whsec_')),
    );
    fc.assert(
      fc.property(anyText, anySecret, fc.nat(), (body, secret, timestampSec) => {
        const expected = judge(secret).sign('evt_1', new Date(timestampSec * 1000), body);
        expect(signRequest(input({ secrets: [secret], timestampSec, body }))).toEqual({
          'webhook-signature': expected,
        });
      }),
    );
  });
});

test('a body as bytes signs the same as its text', () => {
  const bytes = new TextEncoder().encode(BODY);
  for (const profile of ['standard', 'github'] as const) {
    const request = input({ profile });
    expect(signRequest({ ...request, body: bytes })).toEqual(signRequest(request));
  }
});

test("github signs as GitHub's documented example", () => {
  const request = input({
    profile: 'github',
    secrets: ["It's a Secret to Everybody", 'old'],
    body: 'Hello, World!',
  });
  expect(signRequest(request)).toEqual({
    'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  });
});

test('token sends the current secret in the chosen header, in lower case', () => {
  const request = input({ profile: 'token', secrets: ['new', 'old'], tokenHeader: 'X-Gitlab-Token' });
  expect(signRequest(request)).toEqual({ 'x-gitlab-token': 'new' });
});

test.each(['standard', 'github', 'token'] as const)('without a secret %s adds nothing', (profile) => {
  expect(signRequest(input({ profile, secrets: [] }))).toEqual({});
});

test('a profile changes what a secret means, and the remembered key follows', () => {
  const first = signRequest(input({ profile: 'github' }));
  signRequest(input());
  expect(signRequest(input({ profile: 'github' }))).toEqual(first);
});

test.each([
  ['an empty secret', input({ secrets: [''] })],
  ['an empty secret for github', input({ profile: 'github', secrets: [''] })],
  ['whsec_ without a key', input({ secrets: ['whsec_'] })],
  ['whsec_ with something else than base64', input({ secrets: ['whsec_top.secret'] })],
  ['token without a header', input({ profile: 'token' })],
  ['an unknown profile', input({ profile: 'none' as 'token' })],
])('%s is a mistake of the caller, told without the secret', (_what, request) => {
  expect(() => signRequest(request)).toThrow(TypeError);
  expect(() => signRequest(request)).not.toThrow('top.secret');
});
