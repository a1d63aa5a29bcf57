/** What must hold on every page. */
import { expect } from '@jest/globals';
import { findBarriers } from './browser.ts';
import type { WatchedPage } from './browser.ts';

/** Nothing serious or critical on the page, once it has all its content, and no complaint so far. */
export async function expectClean({ page, complaints }: WatchedPage): Promise<void> {
  // A grey box in the place of something has no barriers; what comes there may.
  await page.waitForFunction(() => document.querySelector('[data-skeleton]') === null);
  // What is fading in has less contrast than it will have. What moves for ever is not waited for.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .map((animation) => animation.finished.catch(() => null)),
    ),
  );
  expect(await findBarriers(page)).toEqual([]);
  expect(complaints).toEqual([]);
}
