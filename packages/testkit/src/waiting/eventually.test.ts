import { expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';

test('It looks until the failure is gone, and gives the value', async () => {
  let looks = 0;
  const value = await eventually(
    () => {
      looks += 1;
      if (looks < 3) throw new Error('not yet');
      return looks;
    },
    { everyMs: 1 },
  );
  expect(value).toBe(3);
});

test('When the time is over it rejects with the last failure and says what was waited for', async () => {
  let looks = 0;
  const waiting = eventually(
    async () => {
      looks += 1;
      throw new RangeError(`look ${looks}`);
    },
    { timeoutMs: 30, everyMs: 10, describe: 'The lane' },
  );
  const error = await waiting.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RangeError);
  expect((error as Error).message).toMatch(/^The lane did not come within 30 ms:\nlook \d+$/);
  expect(looks).toBeGreaterThan(1);
});

test('It looks at least once, even with no time at all', async () => {
  await expect(eventually(() => 7, { timeoutMs: 0 })).resolves.toBe(7);
});
