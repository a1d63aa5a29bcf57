import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { formatRedisHosts, parseRedisUrl } from './redis-address.ts';
import type { RedisAddress } from './redis-address.ts';

function read(url: string): RedisAddress {
  const check = parseRedisUrl(url);
  if (!check.ok) throw new Error(check.bound);
  return check.address;
}

test('one server: user, password and database, with and without TLS', () => {
  expect(read('redis://ann:p%40ss@redis.internal/3')).toEqual({
    kind: 'single',
    tls: false,
    hosts: [{ host: 'redis.internal', port: 6379 }],
    user: 'ann',
    password: 'p@ss',
    database: 3,
    master: null,
  });
  expect(read('rediss://[::1]:6380?db=2')).toMatchObject({
    tls: true,
    hosts: [{ host: '::1', port: 6380 }],
    user: null,
    password: null,
    database: 2,
  });
});

test('a Cluster by several nodes', () => {
  const address = read('rediss+cluster://ann:secret@a.internal:7000, b.internal,[fd00::1]:7001');
  expect(address).toMatchObject({
    kind: 'cluster',
    tls: true,
    user: 'ann',
    password: 'secret',
    master: null,
  });
  expect(formatRedisHosts(address)).toBe('a.internal:7000, b.internal:6379, [fd00::1]:7001');
});

test('a master by its Sentinels, which have a port of their own by default', () => {
  const address = read('redis+sentinel://:secret@s1,s2:26380/my%20master/1');
  expect(address).toMatchObject({ kind: 'sentinel', tls: false, user: null, password: 'secret' });
  expect(address).toMatchObject({ master: 'my master', database: 1 });
  expect(formatRedisHosts(address)).toBe('s1:26379, s2:26380');
  expect(read('redis+sentinel://s1/mymaster?db=4')).toMatchObject({ master: 'mymaster', database: 4 });
});

describe('what cannot be meant is refused with the form that is', () => {
  test.each([
    ['localhost:6379', 'redis://127.0.0.1:6379'],
    ['http://127.0.0.1', 'redis://127.0.0.1:6379'],
    ['redis://', 'redis://127.0.0.1:6379'],
    ['redis://a:6379,b:6379', 'redis://127.0.0.1:6379'],
    ['redis://a:0', 'redis://127.0.0.1:6379'],
    ['redis://a:65536', 'redis://127.0.0.1:6379'],
    ['redis://ann:%zz@a', 'redis://127.0.0.1:6379'],
    ['redis://a/16', 'a database from 0 to 15'],
    ['redis://a/0/', 'a database from 0 to 15'],
    ['redis+cluster://', 'redis+cluster://user:password@node-1:6379'],
    ['redis+cluster://a,,b', 'redis+cluster://user:password@node-1:6379'],
    ['redis+cluster://a,b/1', 'redis+cluster://user:password@node-1:6379'],
    [`redis+cluster://${Array.from({ length: 33 }, (_, i) => `n${i}`).join()}`, '1 to 32 nodes'],
    ['redis+sentinel://a,b', 'the name of the master'],
    ['redis+sentinel://a,b/', 'the name of the master'],
    ['redis+sentinel://a,b//1', 'the name of the master'],
    ['redis+sentinel://a,b/mymaster/main', 'a database from 0 to 15'],
  ])('%s', (url, bound) => {
    expect(parseRedisUrl(url)).toMatchObject({ ok: false, bound: expect.stringContaining(bound) });
  });
});

test('several hosts without the name of what they are get a hint', () => {
  expect(parseRedisUrl('redis://a,b')).toMatchObject({ hint: expect.stringContaining('redis+sentinel://') });
  expect(parseRedisUrl('redis+cluster://a/2')).toMatchObject({
    hint: expect.stringContaining('no databases'),
  });
});

test('any user and any password come back as they were; no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (user, password) => {
      const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
      expect(read(`redis+cluster://${login}@a,b`)).toMatchObject({ user, password });
    }),
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseRedisUrl(`redis${text}`)));
});
