import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';
import { accountProblem, eventIdProblem, friendlyNameProblem, scopeNameProblem, zodRule } from './names.ts';

const RULES = [
  { what: 'account', rule: accountProblem, allowed: /^[A-Za-z0-9_.-]{1,64}$/, longest: 64 },
  { what: 'friendly name', rule: friendlyNameProblem, allowed: /^[A-Za-z0-9_-]{1,64}$/, longest: 64 },
  { what: 'event id', rule: eventIdProblem, allowed: /^[A-Za-z0-9_-]{1,128}$/, longest: 128 },
] as const;

describe.each(RULES)('$what', ({ rule, allowed, longest }) => {
  test('everything that the rule allows passes', () => {
    const names = fc.stringMatching(allowed).filter((name) => name !== '.' && name !== '..');
    fc.assert(fc.property(names, (name) => expect(rule(name)).toBeNull()));
  });

  test('everything else is refused, with the bound and the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        fc.pre(!allowed.test(name));
        expect(rule(name)).toContain(JSON.stringify(name));
        if (name.length > 2) expect(rule(name)).toContain(`1 to ${longest}`);
      }),
    );
  });

  test('the bound is exact', () => {
    expect(rule('a'.repeat(longest))).toBeNull();
    expect(rule('a'.repeat(longest + 1))).toContain(`1 to ${longest}`);
    expect(rule('')).toContain('""');
  });

  test('a line end behind a good name is not overlooked', () => {
    expect(rule('good\n')).toContain(String.raw`"good\n"`);
  });
});

test('a long value is cut in the message', () => {
  const message = friendlyNameProblem('x y'.repeat(10_000)) ?? '';
  expect(message).toContain('30000 characters');
  expect(message.length).toBeLessThan(250);
});

test.each(['RubyUbuntuRbenvApp', 'my app', 'große-Änderung ☃', 'a/b:c', 'x'.repeat(256)])(
  'a scope may be called %s',
  (name) => {
    expect(scopeNameProblem(name)).toBeNull();
  },
);

test.each([
  ['nothing', '', '1 to 256'],
  ['257 characters', 'x'.repeat(257), '1 to 256'],
  ['a line end', 'a\nb', 'control'],
  ['a NUL', '\0', 'control'],
  ['a C1 control', 'a\u0085', 'control'],
  ['a lone surrogate', 'a\ud800', 'Unicode'],
  ['.', '.', '".."'],
  ['..', '..', '".."'],
])('a scope cannot be called %s', (_what, name, bound) => {
  expect(scopeNameProblem(name)).toContain(bound);
});

test('an account cannot be . or .., which URLs fold away', () => {
  expect(accountProblem('..')).toContain('".."');
  expect(accountProblem('.')).toContain('"."');
  expect(accountProblem('...')).toBeNull();
});

test('a rule serves zod with the same sentence', () => {
  const schema = z.string().superRefine(zodRule(accountProblem));
  expect(schema.safeParse('jdoe').success).toBe(true);
  expect(schema.safeParse('j doe').error?.issues[0]?.message).toBe(accountProblem('j doe'));
});
