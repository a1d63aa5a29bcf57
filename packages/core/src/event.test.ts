import { expect, test } from '@jest/globals';
import { EVENT_TYPES, EVENT_TYPE_LABELS, nameKey, scopeKindOf } from './event.ts';

test('the four events carry the words of the original screens', () => {
  const labels = EVENT_TYPES.map((type) => EVENT_TYPE_LABELS[type]);
  expect(labels).toEqual(['Build Started', 'Build Finished', 'Deployment Started', 'Deployment Finished']);
});

test('builds belong to applications, deploys to environments', () => {
  const kinds = EVENT_TYPES.map(scopeKindOf);
  expect(kinds).toEqual(['application', 'application', 'environment', 'environment']);
});

test("the two spellings of the documentation's application are one name", () => {
  expect(nameKey('RubyUbuntuRbenvApp')).toBe(nameKey('rubyubunturbenvapp'));
});
