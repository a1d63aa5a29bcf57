import { describe, expect, test } from '@jest/globals';
import type { SigningProfile, Webhook } from '@hooklane/core';
import { buildRequest } from './build-request.ts';
import { showRequest } from './show-request.ts';

const WEBHOOK: Webhook = {
  id: 'wh_1',
  account: 'jdoe',
  scope: { kind: 'application', name: 'shop' },
  event: 'build.finished',
  name: 'chat',
  url: 'https://example.com/hook?room=42',
  signing: 'standard',
  tokenHeader: 'x-webhook-token',
  hasSecret: true,
  enabled: true,
  disabled: null,
  maxInFlight: 32,
  createdAt: 0,
  updatedAt: 0,
};
const TRY = {
  eventId: 'evt_1',
  type: 'build.finished',
  body: '{"n":1}',
  number: 3,
  startedAt: 1_795_469_112_345,
  userAgent: 'Hooklane/1.2.3',
} as const;

const SECRET = 'a shared secret of ours';

/** What the lane really sends. */
function sent(webhook: Webhook): Record<string, string> {
  const due = { ...TRY, tries: TRY.number - 1, charged: 2, acceptedAt: 0, scheduledFrom: 0 };
  const secrets = webhook.hasSecret ? [SECRET] : [];
  const target = { ...webhook, purpose: 'events' as const, secrets, version: 1 };
  return buildRequest(target, due, { now: TRY.startedAt, userAgent: TRY.userAgent }).headers;
}

describe('A request that is shown', () => {
  test.each([
    ['standard', 'webhook-signature', 'v1,…', 'evt_1.1795469112.{"n":1}'],
    ['github', 'x-hub-signature-256', 'sha256=…', '{"n":1}'],
    ['token', 'x-webhook-token', 'xxxxxx', null],
  ] as const)(
    'is the one that is sent, but for what signs it: %s',
    (signing: SigningProfile, header, masked, signatureBase) => {
      const webhook = { ...WEBHOOK, signing };
      const shown = showRequest(webhook, TRY);
      expect(shown).toMatchObject({ method: 'POST', url: WEBHOOK.url, body: TRY.body, signatureBase });
      const real = sent(webhook);
      expect(shown.headers).toEqual({ ...real, [header]: masked });
      expect(real[header]).not.toBe(masked);
      expect(shown.masked).toEqual([header]);
    },
  );

  test('has no signature where there is no secret', () => {
    const webhook = { ...WEBHOOK, hasSecret: false };
    const shown = showRequest(webhook, TRY);
    expect(shown.signatureBase).toBeNull();
    expect(shown.masked).toEqual([]);
    expect(shown.headers).toEqual(sent(webhook));
  });
});
