/** Tokens, roles and the audit log in a real browser: who may do what is what the page offers. */
import { expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { openPage, signIn } from './browser.ts';
import type { WatchedPage } from './browser.ts';
import { expectClean } from './expect-clean.ts';
import { describeInBrowser } from './scene.ts';
import { settled } from './settled.ts';
import type { House } from './house.ts';
import { addDeadLetter } from './dead-letter.ts';

/** Every page in turn, on a machine that may be busy. */
const SWEEP_MS = 180_000;
const OPTIONS = {
  env: { HOOKLANE_RETRY_SCHEDULE: '100ms' },
  prepare: async (house: House) => {
    await Promise.all([addDeadLetter(house, 'jdoe', 'shop'), addDeadLetter(house, 'acme', 'till')]);
  },
};

/** Every name of a button that changes something. */
const CHANGES =
  /redrive|discard|redeliver|acknowledge|edit|delete|send a test|configure another|^add$|enable again|^more$|set a url|^change$|create|revoke/i;

describeInBrowser('Who may do what in Chromium', OPTIONS, (scene) => {
  test(
    'a token is made, shown once, used and revoked after a question',
    async () => {
      const { house, watched: admin } = scene;
      const { page } = admin;
      await page.getByRole('link', { name: 'Tokens' }).click();
      await page.getByText('No tokens yet').waitFor();
      await expectClean(admin);
      await page.getByRole('button', { name: 'Create a token' }).first().click();
      const dialog = page.getByRole('dialog', { name: 'Create a token' });
      await dialog.getByRole('button', { name: 'Create' }).click();
      await dialog.locator('[aria-invalid=true]').waitFor();
      expect(admin.complaints.splice(0).join()).toMatch(/422/);
      await dialog.getByLabel('Name').fill('wallboard');
      await dialog.getByLabel('Accounts').fill('jdoe, acme');
      await expectClean(admin);
      await dialog.getByRole('button', { name: 'Create' }).click();
      const token = await page.getByLabel('The new token').innerText();
      await page.getByRole('button', { name: 'Copy the token' }).click();
      await page.getByText('Copied').waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
      // It is not lost by a slip of the hand.
      await page.keyboard.press('Escape');
      await page.getByLabel('The new token').waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
      expect(await page.content()).not.toContain(token);
      const row = page
        .getByRole('table', { name: 'Tokens' })
        .getByRole('row')
        .filter({ hasText: 'wallboard' });
      expect(await row.innerText()).toMatch(/read[^]*jdoe, acme[^]*never/);
      expect(await useToken(house, token)).toBe(200);
      await page.reload();
      await row
        .getByText(/ago|now/)
        .first()
        .waitFor();
      await row.getByRole('button', { name: 'Revoke wallboard' }).click();
      const question = page.getByRole('alertdialog');
      await expectClean(admin);
      await question.getByRole('button', { name: 'Cancel' }).click();
      expect(await useToken(house, token)).toBe(200);
      await row.getByRole('button', { name: 'Revoke wallboard' }).click();
      await question.getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('No tokens yet').waitFor();
      expect(await useToken(house, token)).toBe(401);
    },
    SWEEP_MS,
  );

  test(
    'who may read sees every page and no action, and is told which role it would need',
    async () => {
      const here = await openWith(['read'], null);
      const { page } = here;
      for (const path of await pagesOf(scene.house, 'jdoe', 'shop')) {
        await page.goto(path);
        await settled(page);
        const offered = await page.getByRole('main').getByRole('button').all();
        const names = await Promise.all(offered.map(async (button) => accessibleName(button)));
        expect([path, names.filter((name) => CHANGES.test(name))]).toEqual([path, []]);
        expect([path, here.complaints]).toEqual([path, []]);
      }
      await page.goto('/accounts/jdoe/applications/shop');
      await page.getByText('sign in with a token that has the role manage').first().waitFor();
      expect(await page.getByRole('checkbox', { name: /^Enable webhooks/ }).isDisabled()).toBe(true);
      expect(await page.getByRole('form', { name: 'Add a Webhook' }).count()).toBe(0);
      const menu = page.getByRole('navigation', { name: 'Main' });
      expect(await menu.getByRole('link', { name: /Tokens|Audit log/ }).count()).toBe(0);
      await page.goto('/tokens');
      await page.getByText('sign in with a token that has the role admin').waitFor();
      await page.goto('/audit');
      await page.getByText('sign in with a token that has the role admin').waitFor();
      await expectClean(here);
      await page.context().close();
    },
    SWEEP_MS,
  );

  test(
    'the same pages do offer actions to who manages',
    async () => {
      const { page } = await openWith(['manage'], null);
      const seen = new Set<string>();
      for (const path of await pagesOf(scene.house, 'jdoe', 'shop')) {
        await page.goto(path);
        await settled(page);
        for (const button of await page.getByRole('main').getByRole('button').all())
          seen.add(await accessibleName(button));
      }
      for (const name of [
        'Configure another',
        'ADD',
        'Edit chat',
        'Delete chat',
        'Send a test',
        'More',
        'Redeliver',
        'Redrive all that match',
        'Discard all that match',
        'Acknowledge',
      ]) {
        expect([...seen]).toContain(name);
      }
      await page.context().close();
    },
    SWEEP_MS,
  );

  test(
    'a token of one account sees what belongs to it and nothing else',
    async () => {
      const here = await openWith(['manage'], ['jdoe']);
      const { page } = here;
      for (const path of ['/scopes', '/deliveries', '/dead-letters', '/notices', '/']) {
        await page.goto(path);
        await settled(page);
        if (path !== '/') await page.getByText('shop').first().waitFor();
        expect([path, await page.getByRole('main').innerText()]).toEqual([
          path,
          expect.not.stringMatching(/acme|till/),
        ]);
        expect([path, here.complaints]).toEqual([path, []]);
      }
      await page.getByRole('complementary').getByText('Manage · jdoe').waitFor();
      await page.goto('/accounts/acme/applications/till');
      await page.getByRole('alert').waitFor();
      expect(here.complaints.splice(0).join()).toMatch(/403/);
      await page.context().close();
    },
    SWEEP_MS,
  );

  test(
    'who may only give events is told so at once',
    async () => {
      const here = await openWith(['emit'], null);
      await here.page.getByText('This token may give events, not see them').waitFor();
      await expectClean(here);
      await here.page.context().close();
    },
    SWEEP_MS,
  );

  test(
    'the audit log tells who did what to what; its filters are in the address, and it goes on while one scrolls',
    async () => {
      const { house, watched: admin } = scene;
      const { page } = admin;
      for (let i = 0; i < 130; i += 1) {
        const params = { account: 'long', name: 'list' };
        await house.api.setEnvironment({ params, body: { enabled: i % 2 === 0 } });
      }
      await page.goto('/audit');
      const table = page.getByRole('table', { name: 'Audit log' });
      await table.getByText('switched off').first().waitFor();
      await expectClean(admin);
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.getByLabel('What').selectOption({ label: 'Revoke an API token' });
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.waitForURL('**/audit?action=revokeToken');
      const row = table.getByRole('row').filter({ hasText: 'Revoke an API token' });
      expect(await row.innerText()).toMatch(/API token\s+in the console, from 127\.0\.0\.1/);
      await page.getByText('That is the only one.').waitFor();
      await page.goto('/audit?account=long');
      await table.getByText('switched on').first().waitFor();
      await page.waitForFunction(() => {
        window.scrollTo(0, document.body.scrollHeight);
        return document.body.innerText.includes('That is all: 130.');
      });
      await page.getByRole('button', { name: 'Remove the filter Account' }).click();
      await page.waitForURL('**/audit');
      await page.goto('/audit?actor=nobody');
      await page.getByText('No entry matches').waitFor();
      await expectClean(admin);
    },
    SWEEP_MS,
  );

  async function openWith(
    roles: ('emit' | 'read' | 'manage')[],
    accounts: string[] | null,
  ): Promise<WatchedPage> {
    const { house, browser } = scene;
    const made = await house.api.createToken({ body: { name: roles.join(), roles, accounts } });
    const here = await openPage(browser, house.url);
    await signIn(here.page, made.token);
    return here;
  }
});

/** Every page that is about this application, and one of each that is not. */
async function pagesOf({ api }: House, account: string, application: string): Promise<string[]> {
  const { items } = await api.listDeadLetters({ query: { account } });
  const [letter] = items;
  if (letter === undefined) throw new Error(`${account} has no dead letter.`);
  return [
    '/',
    '/deliveries',
    `/deliveries/${letter.id}`,
    `/events/${letter.eventId}`,
    '/dead-letters',
    '/dead-letters?view=letters',
    '/notices',
    '/scopes',
    `/accounts/${account}/applications/${application}`,
    `/webhooks/${letter.webhookId}`,
  ];
}

async function accessibleName(button: Locator): Promise<string> {
  return (await button.getAttribute('aria-label')) ?? (await button.innerText());
}

async function useToken({ url }: House, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, connection: 'close' };
  return (await fetch(`${url}/v1/scopes`, { headers })).status;
}
