import { describe, expect, test } from '@jest/globals';
import { HooklaneError, checkWebhookUrl } from '@hooklane/core';
import {
  HARMLESS_URLS,
  HOSTILE_ANSWERS,
  HOSTILE_FORMS,
  HOSTILE_LITERALS,
  HOSTILE_NAMES,
} from '@hooklane/testkit';
import fc from 'fast-check';
import { checkAddress, parseNetworks } from './address-guard.ts';
import { createUrlCheck } from './build-dispatch.ts';

const NOTHING = parseNetworks([]);

/** The rules at registration, with these networks allowed. */
const check = (url: string, allowedNetworks: string[] = []): string | null =>
  createUrlCheck({ allowedNetworks, allowedPorts: null })(url);

describe('Nobody reaches an address they should not', () => {
  test('The table is long, and says nothing twice', () => {
    const urls = [...HOSTILE_LITERALS, ...HOSTILE_NAMES, ...HOSTILE_FORMS].map(([url]) => url);
    expect(urls.length + HOSTILE_ANSWERS.length).toBeGreaterThan(250);
    expect(new Set(urls).size).toBe(urls.length);
  });

  test.each([...HOSTILE_LITERALS, ...HOSTILE_NAMES])('%j is refused: %s', (url, reason) => {
    expect(check(url)).toMatch(reason);
  });

  test.each(HOSTILE_FORMS)('%j is refused when it is registered: %s', (url, reason) => {
    const form = checkWebhookUrl(url);
    expect(form.ok ? check(form.url) : form.message).toMatch(reason);
  });

  test.each(HARMLESS_URLS)('%s may be called', (url) => {
    expect(checkWebhookUrl(url)).toMatchObject({ ok: true });
    expect(check(url)).toBeNull();
  });

  test('What is not an address is refused', () => {
    for (const text of ['', 'example.com', '127.0.0.1.5', '1.2.3.4/8', '[::1]', '::g', 'undefined']) {
      expect(checkAddress(text, NOTHING)).toBe('not an address');
    }
  });

  test('However an IPv4 address is wrapped into IPv6, the answer is the same or a refusal', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const forms = ['::ffff:', '64:ff9b::', '::', '2002:', '2001:0:'];
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, octet), fc.constantFrom(...forms), (octets, form) => {
        const ip = octets.join('.');
        const bare = checkAddress(ip, NOTHING);
        const wrapped = checkAddress(wrap(form, octets), NOTHING);
        if (form === '::ffff:' || form === '64:ff9b::') expect(wrapped).toBe(bare);
        else expect(wrapped).not.toBeNull();
      }),
    );
  });
});

function wrap(form: string, octets: number[]): string {
  if (form !== '2002:' && form !== '2001:0:') return form + octets.join('.');
  const hex = octets.map((octet) => octet.toString(16).padStart(2, '0'));
  return `${form}${hex[0]}${hex[1]}:${hex[2]}${hex[3]}::1`;
}

describe('The operator may allow networks', () => {
  test.each([
    ['http://127.0.0.1/', '127.0.0.0/8'],
    ['http://10.1.2.3/', '10.0.0.0/8'],
    ['http://10.1.2.3/', ' 10.1.2.3 '],
    ['http://[::ffff:10.1.2.3]/', '10.0.0.0/8'],
    ['http://[64:ff9b::10.1.2.3]/', '10.0.0.0/8'],
    ['http://10.1.2.3/', '::ffff:10.0.0.0/104'],
    ['http://[fd00::1]/', 'fd00::/8'],
    ['http://[::1]/', '::1'],
    ['http://localhost:3000/', '127.0.0.0/8'],
    ['http://localhost:3000/', '::1/128'],
    ['http://metadata.google.internal/', '169.254.0.0/16'],
    ['http://receiver:9000/', '172.18.0.0/16'],
    ['http://hooks.corp/', '10.0.0.0/8'],
    ['http://[2606:4700::5efe:7f00:1]/', '2606:4700::/32'],
    ['http://168.63.129.16/', '168.63.129.16/32'],
    ['http://192.168.0.1/', '0.0.0.0/0'],
  ])('%s with %s', (url, network) => {
    expect(check(url, ['172.16.0.0/12', network])).toBeNull();
  });

  test.each([
    ['http://11.0.0.1/', '10.0.0.0/8', null],
    ['http://192.168.0.1/', '10.0.0.0/8', /private/],
    ['http://127.0.0.2/', '127.0.0.1/32', /loopback/],
    ['http://[fd00::1]/', '0.0.0.0/0', /unique local/],
    ['http://10.0.0.1/', '::/0', /private/],
    ['http://metadata.google.internal/', '10.0.0.0/8', /not public/],
  ])('%s is not changed by %s', (url, network, reason) => {
    const answer = check(url, [network]);
    if (reason === null) expect(answer).toBeNull();
    else expect(answer).toMatch(reason);
  });

  test.each([
    '',
    '10',
    '10.0.0/8',
    '10.0.0.0/33',
    '0x0a.0.0.0/8',
    'fd00::/129',
    'localhost',
    '10.0.0.0/8,::1',
  ])('A network that cannot be read is named: %j', (network) => {
    expect.assertions(3);
    try {
      parseNetworks(['10.0.0.0/8', network]);
    } catch (error) {
      expect(error).toBeInstanceOf(HooklaneError);
      expect(error).toMatchObject({ code: 'invalid_setting', field: 'allowedNetworks' });
      expect(String(error)).toContain(JSON.stringify(network));
    }
  });
});
