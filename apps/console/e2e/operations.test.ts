/** Overview and dead letters in a real browser: what an operator sees when a receiver breaks, and how it is mended. */
import { expect, test } from '@jest/globals';
import { sampleEventBody } from '@hooklane/core';
import { eventually } from '@hooklane/testkit';
import { openPage, signIn } from './browser.ts';
import { expectClean } from './expect-clean.ts';
import type { House } from './house.ts';
import { TEST_MS, describeInBrowser } from './scene.ts';

const LETTERS = 12;
const OPTIONS = {
  env: { HOOKLANE_RETRY_SCHEDULE: '100ms' },
  prepare: (house: House) => breakReceiver(house, LETTERS),
};

describeInBrowser('Overview and dead letters in Chromium', OPTIONS, (scene) => {
  test(
    'the overview says how deliveries are doing, which workers live and how many dead letters wait',
    async () => {
      const { watched } = scene;
      const { page } = watched;
      await page.goto('/');
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      const figures = page.locator('dl').first();
      await figures.getByText('Dead letters').waitFor();
      expect(await figures.innerText()).toMatch(/Dead letters\s+12\b/);
      expect(await figures.innerText()).toMatch(/Tries that succeeded\s+0%/);
      await page.getByText('1 worker is alive.').waitFor();
      await page.getByText(`Tries in this time: Rejected ${2 * LETTERS}.`).waitFor({ state: 'attached' });
      await expectClean(watched);
      await page.getByRole('radio', { name: '24 hours' }).click();
      await page.waitForURL('**/?minutes=1440');
      await page.getByText('How many HTTP tries, every 20 minutes').waitFor();
      await expectClean(watched);
    },
    TEST_MS,
  );

  test(
    'dead letters are grouped by webhook and reason; a group leads to its letters, and the view can be shared',
    async () => {
      const { watched } = scene;
      const { page } = watched;
      await page.goto('/dead-letters');
      const table = page.getByRole('table', { name: 'Dead letters by webhook and reason' });
      await table.getByRole('link', { name: 'chat' }).waitFor();
      expect(await table.innerText()).toMatch(/All tries failed, last 500\s+12\b/);
      await expectClean(watched);
      await page.getByRole('button', { name: 'Filter' }).click();
      const reasons = await page.getByLabel('Reason of a dead one').locator('option').allInnerTexts();
      expect(reasons).toEqual([
        'Any',
        'All tries failed',
        'Receiver said Gone',
        'Address not allowed',
        'Receiver was down too long',
      ]);
      await page.keyboard.press('Escape');
      await table.getByRole('link', { name: 'chat' }).click();
      await page.waitForURL('**/dead-letters?*view=letters*');
      expect(new URL(page.url()).searchParams.get('statusCode')).toBe('500');
      await page.getByText(`That is all: ${LETTERS}.`).waitFor();
      await expectClean(watched);
    },
    TEST_MS,
  );

  test(
    'a redrive counts first, goes on in the worker, and what is mended is delivered',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      house.receiver.answer('/hook', 200);
      await page.goto('/dead-letters');
      await page.getByRole('button', { name: 'Redrive all that match' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(`${LETTERS} dead letters match`).waitFor();
      await expectClean(watched);
      house.pauseWorker();
      try {
        await dialog.getByRole('button', { name: `Redrive ${LETTERS} letters` }).click();
        const bar = page.getByRole('progressbar', { name: 'Redriving all of them' });
        await bar.waitFor();
        expect(await bar.getAttribute('aria-valuenow')).toBe('0');
        await page.getByText(`0 of ${LETTERS}`).waitFor();
        await page.getByText('They go on when this page is closed.').waitFor();
        await expectClean(watched);
        // Whoever comes later sees it as well.
        await page.reload();
        await bar.waitFor();
      } finally {
        house.resumeWorker();
      }
      await page.getByText(`Redriven ${LETTERS} letters`).waitFor();
      await page.getByText('No dead letters').waitFor();
      await expectClean(watched);
      await eventually(async () => {
        const { items } = await house.api.listDeliveries({ query: { status: 'delivered', limit: 100 } });
        expect(items).toHaveLength(LETTERS);
      });
    },
    TEST_MS,
  );

  test(
    'a discard keeps its reason, also for who comes later and on a phone',
    async () => {
      const { house, browser } = scene;
      await breakReceiver(house, 2);
      const phone = await openPage(browser, house.url, { width: 375, height: 720, dark: true });
      await signIn(phone.page, house.token);
      await phone.page.goto('/dead-letters');
      await phone.page.getByRole('button', { name: 'Discard all that match' }).click();
      // Without a reason it cannot be done.
      await phone.page.getByText('2 dead letters match').waitFor();
      expect(await phone.page.getByRole('button', { name: 'Discard 2 letters' }).isDisabled()).toBe(true);
      await phone.page.getByRole('textbox', { name: 'Reason' }).fill('The receiver is gone for good');
      await phone.page.getByRole('button', { name: 'Discard 2 letters' }).click();
      await phone.page.getByText('Discarded 2 letters').waitFor();
      await phone.page.reload();
      await phone.page.getByText('Reason: The receiver is gone for good').waitFor();
      await expectClean(phone);
      await phone.page.goto('/');
      await phone.page.getByRole('heading', { name: 'Overview' }).waitFor();
      await phone.page.getByText('Open lanes').waitFor();
      await expectClean(phone);
      const overflow = await phone.page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
      await phone.page.context().close();
    },
    TEST_MS,
  );
});

/** Events whose deliveries all die. */
async function breakReceiver({ api, receiver }: House, events: number): Promise<void> {
  receiver.answer('/hook', 500);
  const params = { account: 'jdoe', name: 'shop' };
  const scope = await api.setApplication({ params, body: { enabled: true } });
  if (scope.webhooks.length === 0) {
    const body = { name: 'chat', event: 'build.started', url: receiver.url('/hook') } as const;
    await api.createApplicationWebhook({ params, body });
  }
  for (let i = 0; i < events; i++) {
    await api.emitEvent({
      body: {
        account: 'jdoe',
        type: 'build.started',
        body: sampleEventBody('build.started', 'jdoe', 'shop'),
      },
    });
  }
  await eventually(
    async () => {
      const { items } = await api.listDeadLetters({ query: { limit: 100 } });
      expect(items).toHaveLength(events);
    },
    { timeoutMs: 30_000, everyMs: 200, describe: 'all deliveries dead' },
  );
}
