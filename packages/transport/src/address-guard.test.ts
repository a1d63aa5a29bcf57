import { describe, expect, test } from '@jest/globals';
import { HooklaneError } from '@hooklane/core';
import fc from 'fast-check';
import { checkAddress, checkUrlAddress, parseNetworks } from './address-guard.ts';

const NOTHING = parseNetworks([]);

/** URL → the word that says why. */
const HOSTILE_URLS: [string, RegExp][] = [
  ['http://127.0.0.1/', /loopback/],
  ['http://127.0.0.1:6379/', /loopback/],
  ['http://127.255.255.254/', /loopback/],
  ['http://127.1/', /loopback/],
  ['http://127.0.1/', /loopback/],
  ['http://2130706433/', /loopback/],
  ['http://0x7f000001/', /loopback/],
  ['http://0x7f.0.0.1/', /loopback/],
  ['http://0177.0.0.1/', /loopback/],
  ['http://017700000001/', /loopback/],
  ['http://0177.0.0.0x1/', /loopback/],
  ['http://127.0.0.1./', /loopback/],
  ['http://１２７.０.０.１/', /loopback/],
  ['http://127。0。0。1/', /loopback/],
  ['http://%31%32%37.0.0.1/', /loopback/],
  ['http:\\\\127.0.0.1\\', /loopback/],
  ['http://user@127.0.0.1/', /loopback/],
  ['http://example.com@127.0.0.1/', /loopback/],
  ['http://0/', /unspecified/],
  ['http://0.0.0.0/', /unspecified/],
  ['http://0.1.2.3/', /unspecified/],
  ['http://10.0.0.1/', /private/],
  ['http://167772161/', /private/],
  ['http://172.16.0.1/', /private/],
  ['http://172.31.255.255/', /private/],
  ['http://192.168.1.1/', /private/],
  ['http://0xc0a80101/', /private/],
  ['http://100.64.0.1/', /carrier grade nat/],
  ['http://100.100.100.200/latest/meta-data/', /carrier grade nat/],
  ['http://169.254.169.254/latest/meta-data/', /link local/],
  ['http://2852039166/', /link local/],
  ['http://0xa9fea9fe/', /link local/],
  ['http://0251.0376.0251.0376/', /link local/],
  ['http://169.254.170.2/v2/credentials', /link local/],
  ['http://168.63.129.16/', /cloud infrastructure/],
  ['http://192.0.0.192/', /reserved/],
  ['http://192.0.2.1/', /reserved/],
  ['http://198.51.100.1/', /reserved/],
  ['http://203.0.113.1/', /reserved/],
  ['http://192.88.99.1/', /reserved/],
  ['http://198.18.0.1/', /reserved|benchmarking/],
  ['http://224.0.0.1/', /multicast/],
  ['http://239.255.255.250/', /multicast/],
  ['http://240.0.0.1/', /reserved/],
  ['http://255.255.255.255/', /broadcast/],
  ['http://[::1]/', /loopback/],
  ['http://[0:0:0:0:0:0:0:1]/', /loopback/],
  ['http://[::]/', /unspecified/],
  ['http://[::ffff:127.0.0.1]/', /loopback/],
  ['http://[::ffff:7f00:1]/', /loopback/],
  ['http://[0:0:0:0:0:ffff:a9fe:a9fe]/', /link local/],
  ['http://[::ffff:10.0.0.1]/', /private/],
  ['http://[::ffff:168.63.129.16]/', /cloud infrastructure/],
  ['http://[::127.0.0.1]/', /not global/],
  ['http://[::8.8.8.8]/', /not global/],
  ['http://[::ffff:0:127.0.0.1]/', /rfc6145/],
  ['http://[64:ff9b::7f00:1]/', /loopback/],
  ['http://[64:ff9b::169.254.169.254]/', /link local/],
  ['http://[64:ff9b::a3f:8110]/', /private/],
  ['http://[64:ff9b::a83f:8110]/', /cloud infrastructure/],
  ['http://[64:ff9b:1::1]/', /rfc6052/],
  ['http://[64:ff9b::1:808:808]/', /not global/],
  ['http://[2002:7f00:1::]/', /6to4/],
  ['http://[2002:a9fe:a9fe::1]/', /6to4/],
  ['http://[2001:0:7f00:1::]/', /teredo/],
  ['http://[2001:db8::1]/', /reserved/],
  ['http://[3fff::1]/', /reserved/],
  ['http://[100::1]/', /discard/],
  ['http://[5f00::1]/', /segment routing/],
  ['http://[fc00::1]/', /unique local/],
  ['http://[fd00:ec2::254]/', /unique local/],
  ['http://[fd12:3456:789a::1]/', /unique local/],
  ['http://[fe80::1]/', /link local/],
  ['http://[fec0::1]/', /deprecated site local/],
  ['http://[ff02::1]/', /multicast/],
  ['http://[4000::1]/', /not global/],
  ['http://localhost/', /not public/],
  ['http://LOCALHOST:8080/', /not public/],
  ['http://localhost./', /not public/],
  ['http://localhost../', /not public|cannot be read/],
  ['http://api.localhost/', /not public/],
  ['http://metadata/computeMetadata/v1/', /not public/],
  ['http://metadata.google.internal/', /not public/],
  ['http://METADATA.google.internal./', /not public/],
  ['http://metadata.goog/', /not public/],
  ['http://metadata.tencentyun.com/', /not public/],
  ['http://instance-data/latest/', /not public/],
  ['http://instance-data.ec2.internal/', /not public/],
  ['not a url', /cannot be read/],
];

describe('Nobody reaches an address they should not', () => {
  test.each(HOSTILE_URLS)('%s', (url, reason) => {
    expect(checkUrlAddress(url, [])).toMatch(reason);
  });

  test.each([
    'https://example.com/hook',
    'http://8.8.8.8/',
    'http://[2606:4700:4700::1111]/',
    'http://[64:ff9b::8.8.8.8]/',
    'http://[::ffff:8.8.8.8]/',
    'http://localhost.example.com/',
    'http://metadata.example.com/',
    'http://127.0.0.1.example.com/',
    'http://172.32.0.1/',
    'http://11.0.0.1/',
  ])('%s may be called', (url) => {
    expect(checkUrlAddress(url, [])).toBeNull();
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
    ['http://168.63.129.16/', '168.63.129.16/32'],
    ['http://192.168.0.1/', '0.0.0.0/0'],
  ])('%s with %s', (url, network) => {
    expect(checkUrlAddress(url, ['172.16.0.0/12', network])).toBeNull();
  });

  test.each([
    ['http://11.0.0.1/', '10.0.0.0/8', null],
    ['http://192.168.0.1/', '10.0.0.0/8', /private/],
    ['http://127.0.0.2/', '127.0.0.1/32', /loopback/],
    ['http://[fd00::1]/', '0.0.0.0/0', /unique local/],
    ['http://10.0.0.1/', '::/0', /private/],
    ['http://metadata.google.internal/', '10.0.0.0/8', /not public/],
  ])('%s is not changed by %s', (url, network, reason) => {
    const answer = checkUrlAddress(url, [network]);
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
