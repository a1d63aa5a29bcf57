import { expect, test } from '@jest/globals';
import { filterWords } from './filter-words.ts';

test('a filter is said in words, and none means all', () => {
  expect(filterWords({})).toBe('all of them');
  expect(filterWords({ account: 'jdoe', event: 'build.started', reason: 'exhausted', statusCode: 500 })).toBe(
    'account jdoe · Build Started · All tries failed · status code 500',
  );
  expect(filterWords({ statusCode: 0 })).toBe('no answer');
});
