import { expect, test } from '@jest/globals';
import { ROLES, isGranted } from './role.ts';

test.each([
  [[], []],
  [['emit'], ['emit']],
  [['read'], ['read']],
  [['manage'], ['read', 'manage']],
  [
    ['emit', 'read'],
    ['emit', 'read'],
  ],
  [['admin'], [...ROLES]],
  [['root', 'ADMIN', 'toString'], []],
])('%j grants exactly %j', (roles, granted) => {
  expect(ROLES.filter((role) => isGranted(roles, role))).toEqual(granted);
});
