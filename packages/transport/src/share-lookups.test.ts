import { expect, test } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { shareLookups } from './share-lookups.ts';

test('Look-ups of one name at the same time are one; later ones ask again', async () => {
  const asked: string[] = [];
  const pending = Promise.withResolvers<LookupAddress[]>();
  const lookup = shareLookups((name) => {
    asked.push(name);
    return pending.promise;
  });
  const all = Promise.all([lookup('a.test'), lookup('a.test'), lookup('b.test'), lookup('a.test')]);
  pending.resolve([{ address: '192.0.66.2', family: 4 }]);
  await all;
  expect(asked).toEqual(['a.test', 'b.test']);
  await lookup('a.test');
  expect(asked).toEqual(['a.test', 'b.test', 'a.test']);
});

test('A failed look-up fails everyone who waited, and is not kept', async () => {
  let calls = 0;
  const lookup = shareLookups(() => {
    calls += 1;
    return calls === 1 ? Promise.reject(new Error('no such name')) : Promise.resolve([]);
  });
  const results = await Promise.allSettled([lookup('a.test'), lookup('a.test')]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(lookup('a.test')).resolves.toEqual([]);
});
