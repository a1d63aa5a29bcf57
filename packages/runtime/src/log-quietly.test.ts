import { expect, test } from '@jest/globals';
import { logQuietly } from './log-quietly.ts';

test('the same trouble is logged once, another at once', () => {
  const messages: string[] = [];
  const log = logQuietly({ warn: (fields: { err: Error }) => messages.push(fields.err.message) } as never);
  for (const message of ['refused', 'refused', 'timed out', 'timed out', 'refused']) log(new Error(message));
  expect(messages).toEqual(['refused', 'timed out', 'refused']);
});
