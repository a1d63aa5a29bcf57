/** The console in a real browser, against the real server, worker and Redis. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { CHROMIUM, expectClean, launchBrowser, openPage, signIn } from './browser.ts';
import type { WatchedPage } from './browser.ts';
import { startHouse } from './house.ts';
import type { House } from './house.ts';

const TEST_MS = 60_000;
const inBrowser = CHROMIUM === null ? describe.skip : describe;

inBrowser('The console in Chromium (skipped where there is no chromium on PATH)', () => {
  let house: House;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    [house, browser] = await Promise.all([startHouse({ HOOKLANE_RETRY_SCHEDULE: '3s,3s' }), launchBrowser()]);
    watched = await openPage(browser, house.url);
  }, TEST_MS);
  afterAll(async () => {
    await browser?.close();
    await house?.stop();
  }, TEST_MS);

  test(
    'who is not signed in sees the sign-in page, and a wrong token is said at its field',
    async () => {
      const { page } = watched;
      await page.goto('/scopes?kind=environment');
      await page.getByRole('heading', { name: 'Sign in to Hooklane' }).waitFor();
      await expectClean(watched);
      await page.getByLabel('API token').fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('This token is not the right one.').waitFor();
      // The browser itself reports the answer 401.
      expect(watched.complaints.splice(0).join()).toMatch(/401/);
      await page.getByLabel('API token').fill(house.token);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL('**/scopes?kind=environment');
      await page.getByRole('heading', { name: 'Applications and environments' }).waitFor();
      await expectClean(watched);
    },
    TEST_MS,
  );

  test(
    'signing out ends the session on the server',
    async () => {
      const { page } = await openPage(browser, house.url);
      await signIn(page, house.token);
      const cookies = await page.context().cookies();
      expect(cookies).toMatchObject([{ name: 'hooklane_session', httpOnly: true, sameSite: 'Strict' }]);
      await page.getByRole('button', { name: 'Sign' }).or(page.locator('aside button')).first().click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.waitForURL('**/sign-in');
      const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      const answer = await fetch(`${house.url}/v1/session`, { headers: { cookie, connection: 'close' } });
      expect(answer.status).toBe(401);
      await page.goto('/deliveries');
      await page.waitForURL('**/sign-in?to=*');
      await page.context().close();
    },
    TEST_MS,
  );
});
