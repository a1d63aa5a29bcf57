import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { signRequest } from './sign-request.ts';
import type { SigningProfile } from './sign-request.ts';
import { MAX_WEBHOOK_BYTES, verifyWebhook } from './verify-webhook.ts';

const NOW = 1_760_000_000_500;
const NOW_SEC = 1_760_000_000;
const SECRET = 'geheim ☃';
const BUILD = { app_name: 'Shop', build_num: '6982', status: 'Success', commit: { msg: 'grüße' } };
const DEPLOY = { app_name: 'Shop', env_name: 'prod', deployment_id: 'd-1', deployment_state: 'Ok' };

interface Change {
  profile?: SigningProfile;
  headers?: Record<string, string>;
  timestampSec?: number;
}

function request(body: string, change: Change = {}): Record<string, string> {
  const { profile = 'standard', timestampSec = NOW_SEC } = change;
  const id = change.headers?.['webhook-id'] ?? 'evt_1';
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSec),
    'hooklane-event': 'build.finished',
    'hooklane-delivery': `${id}.wh_1`,
    'hooklane-attempt': '2',
    ...change.headers,
    ...signRequest({ profile, secrets: [SECRET], tokenHeader: 'x-token', id, timestampSec, body }),
  };
}

function verify(event: unknown, change: Change = {}) {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  return verifyWebhook(request(body, change), body, [SECRET], { now: NOW });
}

test('reads a delivery, typed by its event', () => {
  const result = verify(BUILD);
  expect(result).toEqual({
    ok: true,
    type: 'build.finished',
    id: 'evt_1',
    event: BUILD,
    deliveryId: 'evt_1.wh_1',
    attempt: 2,
  });
  // What the compiler knows of each event is checked by `tsc` with this file.
  if (!result.ok) throw new Error(result.message);
  if (result.type === 'build.started' || result.type === 'build.finished') {
    const message: string | null | undefined = result.event.commit?.msg;
    expect(message).toBe('grüße');
  } else if (result.type === 'deploy.started' || result.type === 'deploy.finished') {
    const environment: string = result.event.env_name;
    expect(environment).toBe('not reached');
  }
});

const NOTICE = {
  type: 'webhook.disabled',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: { account: 'jdoe', message: 'Webhook chat is disabled.', webhook_id: 'wh_1', reason: 'gone' },
};

test('reads an operational event of a notification URL, typed by its type', () => {
  const result = verify(NOTICE, { headers: { 'hooklane-event': 'webhook.disabled' } });
  expect(result).toMatchObject({ ok: true, type: 'webhook.disabled', event: NOTICE });
  if (!result.ok || result.type !== 'webhook.disabled') throw new Error('It is not.');
  const reason: string | null | undefined = result.event.data.reason;
  expect(reason).toBe('gone');
  const sent = {
    type: 'notifications.test',
    timestamp: NOTICE.timestamp,
    data: { account: 'jdoe', message: 'Hi' },
  };
  expect(verify(sent, { headers: { 'hooklane-event': sent.type } })).toMatchObject({ ok: true });
});

test.each([
  ['type', { ...NOTICE, type: 'webhook.recovered' }],
  ['type', BUILD],
  ['timestamp', { ...NOTICE, timestamp: 1 }],
  ['data', { ...NOTICE, data: null }],
  ['data.account', { ...NOTICE, data: { message: 'x' } }],
  ['data.message', { ...NOTICE, data: { account: 'jdoe', message: 1 } }],
])('an operational event whose %s is wrong is refused: the header is not signed', (member, body) => {
  expect(verify(body, { headers: { 'hooklane-event': 'webhook.disabled' } })).toEqual({
    ok: false,
    reason: 'invalid_body',
    message: `The body is not one of webhook.disabled: it lacks ${member}.`,
  });
});

test.each([
  ['build.started', { app_name: 'shop', build_num: 1, status: 'Queued' }],
  ['build.finished', { ...BUILD, app_name: null, name: 1 }],
  ['deploy.started', DEPLOY],
  ['deploy.finished', { ...DEPLOY, servers: null, new_field: [1] }],
])('%s needs only what names it', (type, event) => {
  const isComplete = event.app_name !== null;
  expect(verify(event, { headers: { 'hooklane-event': type } }).ok).toBe(isComplete);
});

test.each([
  ['no JSON', '{"app_name":'],
  ['nothing', ''],
  ['a list', [BUILD]],
  ['null', null],
  ['a text', '"text"'],
  ['the body of a deploy', DEPLOY],
  ['an empty name', { ...BUILD, app_name: '' }],
  ['an object for a status', { ...BUILD, status: {} }],
])('a signed body that is %s is invalid_body', (_what, event) => {
  expect(verify(event)).toMatchObject({ ok: false, reason: 'invalid_body' });
});

test('a deploy cannot be made of a build by changing the header, which is not signed', () => {
  const changed = verify(BUILD, { headers: { 'hooklane-event': 'deploy.finished' } });
  expect(changed).toMatchObject({ ok: false, reason: 'invalid_body' });
});

test('bytes that are no UTF-8 are refused, and never replaced', () => {
  const body = Buffer.from(JSON.stringify({ ...BUILD, app_name: '?' }));
  body[body.indexOf('?')] = 0xff;
  const signature = signRequest({
    profile: 'standard',
    secrets: [SECRET],
    id: 'evt_1',
    timestampSec: NOW_SEC,
    body,
  });
  const result = verifyWebhook({ ...request(''), ...signature }, body, [SECRET], { now: NOW });
  expect(result).toMatchObject({ ok: false, reason: 'invalid_body' });
});

describe('headers', () => {
  test.each(['hooklane-event', 'hooklane-delivery', 'hooklane-attempt'])('needs %s', (name) => {
    const { [name]: _gone, ...headers } = request(JSON.stringify(BUILD));
    const result = verifyWebhook(headers, JSON.stringify(BUILD), [SECRET], { now: NOW });
    expect(result).toMatchObject({ ok: false, reason: 'missing_event_header', message: `Missing: ${name}.` });
  });

  test.each([
    ['hooklane-event', 'build.exploded'],
    ['hooklane-event', 'toString'],
    ['hooklane-delivery', 'evt_2.wh_1'],
    ['hooklane-delivery', 'evt_1'],
    ['hooklane-attempt', '0'],
    ['hooklane-attempt', '1e3'],
    ['hooklane-attempt', '1, 2'],
    ['webhook-id', 'x'.repeat(257)],
    ['webhook-id', 'evt 1'],
  ])('refuses %s: %s', (name, value) => {
    const result = verify(BUILD, { headers: { [name]: value } });
    expect(result).toMatchObject({ ok: false, reason: 'invalid_event_header' });
    expect(result).toMatchObject({ message: expect.stringContaining(name) });
  });

  test.each([
    ['Headers', (headers: Record<string, string>) => new Headers(headers)],
    ['a Map', (headers: Record<string, string>) => new Map(Object.entries(headers))],
    [
      "Node's lists",
      (headers: Record<string, string>) =>
        Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ],
  ])('may come as %s', (_form, form) => {
    const body = JSON.stringify(BUILD);
    expect(verifyWebhook(form(request(body)), Buffer.from(body), [SECRET], { now: NOW }).ok).toBe(true);
  });
});

test.each([
  [-301, 'timestamp_too_old'],
  [301, 'timestamp_too_new'],
])('a request that was signed %i s away from the clock is refused', (offset, reason) => {
  expect(verify(BUILD, { timestampSec: NOW_SEC + offset })).toMatchObject({ ok: false, reason });
});

test('the window can be narrowed', () => {
  const body = JSON.stringify(BUILD);
  const headers = request(body, { timestampSec: NOW_SEC - 5 });
  expect(verifyWebhook(headers, body, [SECRET], { now: NOW, toleranceSec: 5 }).ok).toBe(true);
  expect(verifyWebhook(headers, body, [SECRET], { now: NOW, toleranceSec: 4 }).ok).toBe(false);
});

test.each(['github', 'token'] as const)('%s is verified by its own header', (profile) => {
  const body = JSON.stringify(BUILD);
  const headers = request(body, { profile });
  const options = { profile, tokenHeader: 'X-Token' };
  expect(verifyWebhook(headers, body, ['old', SECRET], options)).toMatchObject({ ok: true, event: BUILD });
  expect(verifyWebhook(headers, body, ['other'], options)).toMatchObject({ ok: false, reason: 'no_match' });
  const { 'webhook-id': _gone, ...without } = headers;
  expect(verifyWebhook(without, body, [SECRET], options)).toMatchObject({ reason: 'missing_event_header' });
});

test('a body over the bound is not even looked at', () => {
  const body = `{"log":"${'é'.repeat(MAX_WEBHOOK_BYTES / 2)}"}`;
  expect(body.length).toBeLessThan(MAX_WEBHOOK_BYTES);
  expect(verifyWebhook({}, body, [SECRET])).toMatchObject({ ok: false, reason: 'body_too_large' });
  expect(verifyWebhook({}, 'abc', [SECRET], { maxBodyBytes: 3 })).toMatchObject({ reason: 'missing_header' });
  expect(() => verifyWebhook({}, '', [SECRET], { maxBodyBytes: Number.NaN })).toThrow(TypeError);
});

test('no change of a signed body or id passes, and no refusal repeats the secret or the body', () => {
  const body = JSON.stringify(BUILD);
  const headers = request(body);
  fc.assert(
    fc.property(fc.nat(body.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, char) => {
      const changed = body.slice(0, at) + char + body.slice(at + 1);
      fc.pre(changed !== body);
      const result = verifyWebhook(headers, changed, [SECRET], { now: NOW });
      expect(result).toMatchObject({ ok: false, reason: 'no_match' });
      expect(JSON.stringify(result)).not.toMatch(/geheim|Shop/);
    }),
  );
});

test('whatever the headers hold, the answer is a value', () => {
  const anyHeaders = fc.dictionary(fc.constantFrom(...Object.keys(request(''))), fc.string());
  fc.assert(
    fc.property(anyHeaders, fc.string(), (headers, body) => {
      expect(verifyWebhook(headers, body, [SECRET], { now: NOW }).ok).toBe(false);
    }),
  );
});
