import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { secretProblem } from './secret.ts';
import { SIGNING_PROFILES } from './webhook.ts';

function whsec(bytes: number): string {
  return `whsec_${Buffer.alloc(bytes, 0xfb).toString('base64')}`;
}

test.each(SIGNING_PROFILES)('%s takes plain secrets of 1 to 256 bytes', (profile) => {
  for (const secret of ['x', 'correct horse battery', 'x'.repeat(256)]) {
    expect(secretProblem(secret, profile)).toBeNull();
  }
  expect(secretProblem('', profile)).toContain('1 to 256 bytes; this one has 0');
  expect(secretProblem('x'.repeat(257), profile)).toContain('this one has 257');
});

test('the bound counts bytes of UTF-8, not characters', () => {
  expect(secretProblem('☃'.repeat(85), 'standard')).toBeNull();
  expect(secretProblem('☃'.repeat(86), 'standard')).toContain('has 258');
});

test.each(SIGNING_PROFILES)('for %s the key after whsec_ has 16 to 64 bytes', (profile) => {
  for (const bytes of [16, 17, 18, 24, 32, 64]) expect(secretProblem(whsec(bytes), profile)).toBeNull();
  for (const bytes of [0, 1, 15, 65]) {
    expect(secretProblem(whsec(bytes), profile)).toContain(`16 to 64 bytes; this one has ${bytes}`);
  }
});

test.each([
  'whsec_not base64 at all',
  whsec(32).slice(0, -1),
  `${whsec(32)}=`,
  whsec(32).replaceAll('+', '-'),
])('%s is no base64', (secret) => {
  expect(secretProblem(secret, 'standard')).toContain('base64 with padding');
});

test.each(['ümlaut', 'a\r\nb: c', ' leading', 'trailing ', 'tab\tin', '\0'])(
  'token refuses %j, which a header cannot carry',
  (secret) => {
    expect(secretProblem(secret, 'token')).toContain('visible ASCII');
    expect(secretProblem(secret, 'standard')).toBeNull();
  },
);

test('what token accepts can stand in a header unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', minLength: 1 }), (secret) => {
      fc.pre(secretProblem(secret, 'token') === null);
      expect(new Headers({ 'x-token': secret }).get('x-token')).toBe(secret);
    }),
  );
});

test('a lone surrogate is refused: it would sign as another secret', () => {
  expect(secretProblem('a\udfff', 'standard')).toContain('Unicode');
});

test('no message shows the secret', () => {
  const anySecret = fc.string({ minLength: 9 }).map((text) => `whsec_${text}`);
  fc.assert(
    fc.property(anySecret, fc.constantFrom(...SIGNING_PROFILES), (secret, profile) => {
      expect(secretProblem(secret, profile) ?? '').not.toContain(secret.slice(6));
    }),
  );
});
