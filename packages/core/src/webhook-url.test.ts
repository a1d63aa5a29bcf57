import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MAX_WEBHOOK_URL_CHARS, checkWebhookUrl } from './webhook-url.ts';

test.each([
  ['http://192.0.2.25', 'http://192.0.2.25/'],
  ['https://192.0.2.25', 'https://192.0.2.25/'],
  ['http://webhook.example.com/build_started', 'http://webhook.example.com/build_started'],
  ['http://webhook.example.com:8080', 'http://webhook.example.com:8080/'],
  [
    'https://hook2.example.com:8443?userid=abc123&task=build_start',
    'https://hook2.example.com:8443/?userid=abc123&task=build_start',
  ],
])("the original's example %s is accepted", (text, url) => {
  expect(checkWebhookUrl(text)).toEqual({ ok: true, url });
});

test.each([
  ['HTTPS://Example.COM:443/A b'.replace(' ', '%20'), 'https://example.com/A%20b'],
  ['http://[2001:db8::1]:9000/x', 'http://[2001:db8::1]:9000/x'],
  ['http://bücher.example/ä?ö=☃', 'http://xn--bcher-kva.example/%C3%A4?%C3%B6=%E2%98%83'],
  ['http://0x7f000001/', 'http://127.0.0.1/'],
  ['http://example.com/@me?mail=a@b.c', 'http://example.com/@me?mail=a@b.c'],
])('%s is kept as %s', (text, url) => {
  expect(checkWebhookUrl(text)).toEqual({ ok: true, url });
});

test.each([
  ['', 'http:// or https://'],
  ['example.com/hook', 'http:// or https://'],
  ['ftp://example.com', 'http:// or https://'],
  ['javascript:alert(1)', 'http:// or https://'],
  ['http:example.com', 'http:// or https://'],
  ['http://', 'cannot be read'],
  ['http://exa%mple.com', 'cannot be read'],
  ['http://example.com:65536', 'cannot be read'],
  ['http://example.com:0', '1 to 65535'],
  ['http://example.com/#part', 'fragment'],
  ['http://example.com/#', 'fragment'],
  [' http://example.com', 'spaces'],
  ['http://example.com\\@evil.example/', 'backslash'],
  ['http://example.com/a\\b', 'backslash'],
  ['http://example.com/a b', 'spaces'],
  ['http://exam\tple.com', 'control'],
  ['http://example.com/\r\nx-evil: 1', 'control'],
  ['http://example.com/\0', 'control'],
  ['http://example.com/\ud800', 'Unicode'],
])('%j is refused: %s', (text, part) => {
  expect(checkWebhookUrl(text)).toEqual({ ok: false, message: expect.stringContaining(part) });
});

test.each([
  'http://user:pass-word@example.com/',
  'http://:pass-word@example.com/',
  'http://pass-word@example.com/',
  'http://user:pass-word@exa mple.com/',
  'http://user:pass-word@example.com:99999/',
  'https:\\\\user:pass-word@example.com/',
  'http:////user:pass-word@example.com/',
])('user info is refused and not repeated: %s', (text) => {
  const check = checkWebhookUrl(text);
  expect(check).toEqual({ ok: false, message: expect.stringContaining('user name or password') });
  expect(JSON.stringify(check)).not.toContain('pass-word');
});

test('the bound on length holds for the URL as given and as normalised', () => {
  const start = 'http://example.com/';
  const longest = start + 'x'.repeat(MAX_WEBHOOK_URL_CHARS - start.length);
  expect(checkWebhookUrl(longest)).toEqual({ ok: true, url: longest });
  const bound = { ok: false, message: expect.stringContaining('at most 2048') };
  expect(checkWebhookUrl(`${longest}x`)).toEqual(bound);
  expect(checkWebhookUrl(start + '☃'.repeat(500))).toEqual(bound);
});

test('an accepted URL is safe on the wire and accepted again unchanged', () => {
  const anyUrl = fc.oneof(
    fc.webUrl({ withQueryParameters: true }),
    fc.string({ unit: 'binary' }).map((rest) => `http://example.com/${rest}`),
    fc.string({ unit: 'binary' }).map((rest) => `https://${rest}`),
  );
  fc.assert(
    fc.property(anyUrl, (text) => {
      const check = checkWebhookUrl(text);
      if (!check.ok) return;
      expect(check.url).toMatch(/^https?:\/\/[!-~]+$/);
      expect(checkWebhookUrl(check.url)).toEqual(check);
    }),
    { numRuns: 1000 },
  );
});
