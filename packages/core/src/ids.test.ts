import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ID_RANDOM_BYTES, eventIdFrom, webhookIdFrom } from './ids.ts';
import { eventIdProblem } from './names.ts';

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const bytes = fc.uint8Array({ minLength: ID_RANDOM_BYTES, maxLength: ID_RANDOM_BYTES });

test('ids have the agreed form, and an event id keeps the rule for event ids', () => {
  fc.assert(
    fc.property(time, bytes, (now, random) => {
      expect(eventIdFrom(now, random)).toMatch(/^evt_[0-9a-hjkmnp-tv-z]{26}$/);
      expect(webhookIdFrom(now, random)).toMatch(/^wh_[0-9a-hjkmnp-tv-z]{26}$/);
      expect(eventIdProblem(eventIdFrom(now, random))).toBeNull();
    }),
  );
});

test('a later id sorts after an earlier one, whatever the random bytes', () => {
  fc.assert(
    fc.property(time, time, bytes, bytes, (one, other, random, otherRandom) => {
      fc.pre(one !== other);
      const isSorted = eventIdFrom(one, random) < eventIdFrom(other, otherRandom);
      expect(isSorted).toBe(one < other);
    }),
  );
});

test('different random bytes give different ids', () => {
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      const areEqualBytes = Buffer.from(one).equals(Buffer.from(other));
      expect(webhookIdFrom(5, one) === webhookIdFrom(5, other)).toBe(areEqualBytes);
    }),
  );
});

test('the encoding is that of ULID: 128 bits in base 32, the time first', () => {
  // The time of the example in the specification: 01ARYZ6S41…
  expect(eventIdFrom(1_469_918_176_385, new Uint8Array(ID_RANDOM_BYTES))).toBe(
    'evt_01aryz6s410000000000000000',
  );
  fc.assert(
    fc.property(bytes, (random) => {
      const digits = BigInt(`0x${Buffer.from(random).toString('hex')}`)
        .toString(32)
        .padStart(16, '0');
      // Base 32 as JavaScript writes it has the letters a to v; Crockford leaves out i, l, o, u.
      const crockford = digits.replace(/[a-v]/g, (digit) =>
        'abcdefghjkmnpqrstvwxyz'.charAt(parseInt(digit, 32) - 10),
      );
      expect(webhookIdFrom(0, random)).toBe(`wh_0000000000${crockford}`);
    }),
  );
});

test.each([-1, 0.5, Number.NaN, 2 ** 48])('a time of %d is a bug of the caller', (now) => {
  expect(() => eventIdFrom(now, new Uint8Array(ID_RANDOM_BYTES))).toThrow(RangeError);
});

test('too few random bytes are a bug of the caller', () => {
  expect(() => webhookIdFrom(0, new Uint8Array(9))).toThrow(RangeError);
});
