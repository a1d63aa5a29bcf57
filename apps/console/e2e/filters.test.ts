/** The filters of the list in a real browser: what they offer, what they refuse, and what the address says. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openPage, signIn } from './browser.ts';
import { expectClean } from './expect-clean.ts';
import type { House } from './house.ts';
import { TEST_MS, describeInBrowser } from './scene.ts';

describeInBrowser('The filters of deliveries in Chromium', { prepare: fill }, (scene) => {
  test(
    'a webhook is found by its name among those of the chosen account and application, and is shared by its id',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      await page.goto('/deliveries');
      await openFilters(page);
      const field = page.getByRole('combobox', { name: 'Webhook' });
      await field.fill('CHAT');
      await offered(page).nth(3).waitFor();
      await expectClean(watched);
      await page.getByLabel('Account').fill('jdoe');
      await page.getByLabel('Its name').fill('shop');
      await field.fill('chat');
      await offered(page).nth(2).waitFor({ state: 'detached' });
      expect(await offered(page).allInnerTexts()).toEqual(['chat-one jdoe / shop', 'chat-two jdoe / shop']);
      await field.press('ArrowDown');
      await field.press('Enter');
      expect(await field.inputValue()).toBe('chat-two');
      await page.getByRole('button', { name: 'Apply' }).click();
      const { webhooks } = await house.api.getApplication({ params: { account: 'jdoe', name: 'shop' } });
      const id = webhooks.find(({ name }) => name === 'chat-two')!.id;
      await page.waitForURL((url) => url.searchParams.get('webhook') === id);
      // Who gets the address sees the name.
      await page.reload();
      await page.getByText('Webhook: chat-two').waitFor();
      await openFilters(page);
      await eventuallyHas(page, 'chat-two');
      await page.keyboard.press('Escape');
      await expectClean(watched);
    },
    TEST_MS,
  );

  test(
    'what is none of the list, and a status code that there is not, are said at their fields',
    async () => {
      const { watched } = scene;
      const { page } = watched;
      await page.goto('/deliveries');
      await openFilters(page);
      const code = page.getByLabel('Status code');
      for (const wrong of ['50', '600', 'abc']) {
        await code.fill(wrong);
        await page.getByRole('button', { name: 'Apply' }).click();
        await page.getByText('Must be 100 to 599, or 0 for no answer.').waitFor();
        expect(await code.getAttribute('aria-invalid')).toBe('true');
        expect(new URL(page.url()).search).toBe('');
      }
      await expectClean(watched);
      await code.fill('');
      const field = page.getByRole('combobox', { name: 'Webhook' });
      await field.fill('no such name');
      await page.getByText('No webhook here has this in its name.').waitFor();
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.getByText('Choose one of the list, or leave it empty.').waitFor();
      await expectClean(watched);
      await field.fill('');
      await code.fill('500');
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.waitForURL('**/deliveries?statusCode=500');
    },
    TEST_MS,
  );

  test(
    'what an address asks for in vain is said, and leaves the address',
    async () => {
      const { house, browser } = scene;
      for (const look of [{}, { width: 375, height: 720, dark: true }]) {
        const here = await openPage(browser, house.url, look);
        await signIn(here.page, house.token);
        await here.page.goto('/deliveries?account=jdoe&statusCode=50&status=lost');
        await here.page.getByRole('alert').getByText('statusCode=50, status=lost').waitFor();
        await here.page.waitForURL((url) => url.search === '?account=jdoe');
        await expectClean(here);
        await openFilters(here.page);
        await here.page.getByRole('combobox', { name: 'Webhook' }).fill('chat');
        await offered(here.page).first().waitFor();
        await expectClean(here);
        await here.page.context().close();
      }
    },
    TEST_MS,
  );
});

function offered(page: Page) {
  return page.getByRole('listbox', { name: 'Webhooks' }).getByRole('option');
}

async function openFilters(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
}

async function eventuallyHas(page: Page, name: string): Promise<void> {
  await page.waitForFunction(
    (text) => document.querySelector<HTMLInputElement>('[role=combobox]')?.value === text,
    name,
  );
}

async function fill({ api, receiver }: House): Promise<void> {
  const url = receiver.url('/hook');
  for (const name of ['shop', 'web']) {
    const params = { account: 'jdoe', name };
    await api.setApplication({ params, body: { enabled: true } });
    for (const webhook of ['chat-one', 'chat-two', 'mail']) {
      await api.createApplicationWebhook({ params, body: { name: webhook, event: 'build.finished', url } });
    }
  }
}
