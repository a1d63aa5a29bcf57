import { expect, test } from '@jest/globals';
import { accessWords, mayUse } from './access.ts';

test('who may only read is offered no change; who manages is offered no tokens; nobody is offered only what is open', () => {
  const asked = ['getDelivery', 'redeliver', 'createToken', 'createSession'] as const;
  const allowed = (roles: string[]): string[] => asked.filter((route) => mayUse({ roles }, route));
  expect(allowed(['read'])).toEqual(['getDelivery', 'createSession']);
  expect(allowed(['manage'])).toEqual(['getDelivery', 'redeliver', 'createSession']);
  expect(allowed(['admin'])).toEqual(asked);
  expect(allowed(['emit'])).toEqual(['createSession']);
  expect(asked.filter((route) => mayUse(null, route))).toEqual(['createSession']);
});

test('what a session may do is said in a few words', () => {
  expect(accessWords({ roles: ['read', 'emit'], accounts: ['jdoe', 'acme'] })).toBe('Read only · jdoe, acme');
  expect(accessWords({ roles: ['admin'], accounts: null })).toBe('Admin');
  expect(accessWords({ roles: ['emit'], accounts: null })).toBe('No access to the console');
});
