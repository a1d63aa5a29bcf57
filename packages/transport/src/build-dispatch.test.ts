import { describe, expect, test } from '@jest/globals';
import { parseNetworks } from './address-guard.ts';
import { buildDispatch, TargetReader } from './build-dispatch.ts';

const targets = new TargetReader({ allowed: parseNetworks([]), allowedPorts: [[81, 65535]] });
const build = (url: string, headers: Record<string, string> = {}) =>
  buildDispatch({ url, headers, body: '{}' }, targets);

describe('A request that cannot be sent is known before a socket is made', () => {
  test.each([
    ['', 'bad_url'],
    ['hook', 'bad_url'],
    ['ftp://example.com/', 'bad_url'],
    ['file:///etc/passwd', 'bad_url'],
    ['javascript:alert(1)', 'bad_url'],
    ['http://', 'bad_url'],
    ['http://exa mple.com/', 'bad_url'],
    ['http://example.com:65536/', 'bad_url'],
    ['http://example.com:0/', 'bad_url'],
    ['http://1.2.3.4.5/', 'bad_url'],
    ['https://user@example.com/', 'bad_url'],
    ['https://:secret@example.com/', 'bad_url'],
    ['https://example.com:25/', 'blocked_port'],
    ['http://example.com/', 'blocked_port'],
    ['http://127.0.0.1:8080/', 'blocked_address'],
    ['https://metadata.google.internal/', 'blocked_address'],
  ])('%j is %s, also when asked again', (url, code) => {
    expect(build(url)).toMatchObject({ code });
    expect(build(url)).toMatchObject({ code });
  });

  test.each([
    ['host', 'other.example.com'],
    ['Host', 'other.example.com'],
    ['content-length', '3'],
    ['transfer-encoding', 'chunked'],
    ['connection', 'close'],
    ['expect', '100-continue'],
    ['accept-encoding', 'gzip'],
    ['x y', 'v'],
    ['', 'v'],
    ['x:y', 'v'],
    ['x-token', 'a\r\nhost: evil'],
    ['x-token', 'a\nb'],
    ['x-token', 'nul\u0000'],
    ['x-token', 'schlüssel €'],
  ])('The header %j with %j is refused, and its value is not repeated', (name, value) => {
    const result = build('https://example.com/', { [name]: value });
    expect(result).toMatchObject({ code: 'bad_request' });
    expect(JSON.stringify(result)).not.toContain('evil');
  });
});

describe('What is dispatched', () => {
  test('goes to the path and query, without the fragment, and asks for no compression', () => {
    expect(
      build('https://example.com:8443/a%20b?x=1&y=ä#part', { 'content-type': 'application/json' }),
    ).toEqual({
      origin: 'https://example.com:8443',
      path: '/a%20b?x=1&y=%C3%A4',
      method: 'POST',
      headers: ['accept-encoding', 'identity', 'content-type', 'application/json'],
      body: '{}',
    });
  });

  test('is right for more URLs than are remembered', () => {
    for (let i = 0; i < 3000; i += 1) {
      expect(build(`https://host-${i}.example.com/${i}`)).toMatchObject({ path: `/${i}` });
      if (i % 500 === 0) expect(build('https://first.example.com/')).toMatchObject({ path: '/' });
    }
  });
});
