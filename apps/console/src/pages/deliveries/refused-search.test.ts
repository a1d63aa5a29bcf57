import { expect, test } from '@jest/globals';
import { filterText, forgetRefused, readDeliveriesSearch, refusedSearch } from './refused-search.ts';

test('what no delivery can have is left out of the filter, and kept to be said', () => {
  const search = readDeliveriesSearch({ account: 'jdoe', statusCode: '50', status: 'lost' });
  expect(search).toEqual({ account: 'jdoe' });
  expect(refusedSearch()).toEqual({
    parts: ['statusCode=50', 'status=lost'],
    filter: filterText({ account: 'jdoe' }),
  });
  // The router reads the address again without them.
  readDeliveriesSearch({ account: 'jdoe' });
  expect(refusedSearch()).not.toBeNull();
  forgetRefused();
  expect(refusedSearch()).toBeNull();
});

test('of two scopes the second is said to be left out', () => {
  readDeliveriesSearch({ application: 'shop', environment: 'live', statusCode: '500' });
  expect(refusedSearch()?.parts).toEqual(['environment=live']);
});
