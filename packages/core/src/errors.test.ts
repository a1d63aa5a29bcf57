import { expect, test } from '@jest/globals';
import { ERROR_CATALOGUE, HooklaneError } from './errors.ts';
import type { ErrorCode } from './errors.ts';

const CODES = Object.entries(ERROR_CATALOGUE);

test.each(CODES)('%s is a client or server error with a title of its own', (code, entry) => {
  expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  expect(entry.status).toBeGreaterThanOrEqual(400);
  expect(entry.status).toBeLessThanOrEqual(599);
  expect(CODES.filter(([, other]) => other.title === entry.title)).toHaveLength(1);
});

test('an error carries its code, status, field, detail and cause', () => {
  const cause = new Error('socket closed');
  const error = new HooklaneError('invalid_field', { detail: 'name is taken.', field: 'name', cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'HooklaneError', code: 'invalid_field', status: 422, field: 'name' });
  expect(error.message).toBe('name is taken.');
  expect(error.cause).toBe(cause);
});

test('without a field or cause there is none', () => {
  const code: ErrorCode = 'internal_error';
  const error = new HooklaneError(code, { detail: 'Broken.' });
  expect(error.field).toBeUndefined();
  expect('cause' in error).toBe(false);
});
