/** When a page shows what it is about, and no longer the grey boxes that stand for it. */
import type { Page } from 'playwright-core';

/** Waits for a heading, and until nothing on the page is still to come. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading').first().waitFor();
  await page.waitForFunction(() => document.querySelector('[data-skeleton]') === null);
}
