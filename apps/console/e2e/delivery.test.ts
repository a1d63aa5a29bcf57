/** The page of a delivery in a real browser: what each try sent and got, what can be copied, what to do next. */
import { expect, test } from '@jest/globals';
import { eventually } from '@hooklane/testkit';
import type { Page } from 'playwright-core';
import { openPage, signIn } from './browser.ts';
import { expectClean } from './expect-clean.ts';
import type { House } from './house.ts';
import { TEST_MS, describeInBrowser } from './scene.ts';
import type { Scene } from './scene.ts';
import { emitFixture } from './walk.ts';

const OPTIONS = {
  env: { HOOKLANE_RETRY_SCHEDULE: '1s', HOOKLANE_BREAKER_SPAN: '100ms' },
  prepare: async ({ api, receiver }: House) => {
    await api.setApplication({ params: PARAMS, body: { enabled: true } });
    const body = {
      name: 'chat',
      event: 'build.started',
      url: receiver.url('/hook'),
      secret: 'a secret',
    } as const;
    await api.createApplicationWebhook({ params: PARAMS, body });
  },
};
const PARAMS = { account: 'jdoe', name: 'rubyubunturbenvapp' };

describeInBrowser('The page of a delivery in Chromium', OPTIONS, (scene) => {
  test(
    'beside the answer to a try stands the request of that try',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      const id = await emitDead(house);
      await page.goto(`/deliveries/${id}`);
      const { attempts } = await house.api.getDelivery({ params: { id } });
      for (const attempt of [attempts[1]!, attempts[0]!]) {
        const { number, startedAt } = attempt;
        await page.getByRole('button', { name: `Try ${number}: 500` }).click();
        const request = page.getByRole('region', { name: `Request of try ${number}` });
        await page.getByRole('region', { name: `Response to try ${number}` }).waitFor();
        await request.getByRole('tab', { name: 'Headers' }).click();
        const headers = await request.getByLabel('Request headers').innerText();
        const seconds = String(Math.floor(Date.parse(startedAt) / 1000));
        expect(headers).toMatch(new RegExp(`hooklane-attempt\\s+${number}\\b`));
        expect(headers).toMatch(new RegExp(`webhook-timestamp\\s+${seconds}\\b`));
        await request.getByRole('tab', { name: 'Signature base' }).click();
        await request.getByText(new RegExp(`\\.${seconds}\\.\\{`)).waitFor();
      }
      await expectClean(watched);
    },
    TEST_MS,
  );

  test(
    'a copied command says what is masked in it, and so does the page',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      await page.goto(`/deliveries/${await emitDead(house)}`);
      await page.getByText(/Masked here and in the curl command: webhook-signature/).waitFor();
      await page.getByRole('button', { name: 'Copy as curl' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toMatch(/^# Masked here: webhook-signature\./);
      expect(copied).toContain(`curl -X POST '${house.receiver.url('/hook')}'`);
    },
    TEST_MS,
  );

  test(
    'a finished one that somebody else sends again is seen to go on without a reload, also where one sees who heard of it',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      const id = await emitDead(house);
      await page.goto(`/deliveries/${id}`);
      await page.getByText('It is a dead letter: mend the receiver').waitFor();
      const other = await openPage(scene.browser, house.url);
      await signIn(other.page, house.token);
      await other.page.goto(`/events/${id.split('.')[0]}`);
      await other.page.getByText('0 of one webhook so far').waitFor();
      house.receiver.answer('/hook', 200);
      await house.api.redeliver({ params: { id } });
      await page.getByText(/^Delivered with try 3/).waitFor();
      await other.page.getByText('All of one webhook').waitFor();
      await other.page.context().close();
      // Why there is nothing of the answer to a success.
      await page.getByText(/The response body of a success is not kept/).waitFor();
      await expectClean(watched);
    },
    TEST_MS,
  );

  test(
    'what waits in an open lane is said to, and when that is probed, in the list and on its page',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      house.receiver.answer('/hook', 503);
      for (let i = 0; i < 40; i += 1) await emitFixture(house, 'build.started');
      await eventually(async () => expect((await house.api.getStatus()).openLanes).toHaveLength(1), {
        timeoutMs: 30_000,
        everyMs: 200,
        describe: 'the lane open',
      });
      await page.goto('/deliveries');
      await page
        .getByText(/^Lane open, probe (in|now|\d)/)
        .first()
        .waitFor();
      await expectClean(watched);
      const { items } = await house.api.listDeliveries({ query: { limit: 100 } });
      const waiting = items.find(({ status }) => status === 'pending' || status === 'retrying');
      await page.goto(`/deliveries/${waiting!.id}`);
      await page
        .getByText(/The lane of its webhook is open, because the receiver failed \d+ times in a row/)
        .waitFor();
      await expectClean(watched);
      house.receiver.answer('/hook', 200);
      await page.getByText(/^Delivered with try/).waitFor({ timeout: 45_000 });
    },
    2 * TEST_MS,
  );

  test(
    'of one that was discarded, and of one whose webhook is gone, it says what is true',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      const id = await emitDead(house);
      await page.goto(`/deliveries/${id}`);
      await page.getByText('It is a dead letter').waitFor();
      await house.api.discardDeadLetters({ body: { filter: {}, reason: 'not wanted' } });
      await page.getByText(/It is closed, and no dead letter any more\. If it is wanted/).waitFor();
      await page.getByRole('button', { name: 'Redeliver' }).waitFor();
      await house.api.deleteWebhook({ params: { id: id.split('.')[1]! } });
      await page.getByText(/It is closed, and no dead letter any more\.\s*$/).waitFor();
      await page.getByRole('button', { name: 'Redeliver' }).waitFor({ state: 'detached' });
      await page.getByText('what it was or would be sent is not known any more').waitFor();
      await expectClean(watched);
      await expectReadable(scene, page.url());
    },
    TEST_MS,
  );
});

/** On a phone in the dark as well. */
async function expectReadable({ house, browser }: Scene, url: string): Promise<void> {
  const phone = await openPage(browser, house.url, { width: 375, height: 720, dark: true });
  await signIn(phone.page, house.token);
  await phone.page.goto(url);
  await phone.page.getByRole('heading', { level: 1 }).waitFor();
  await expectClean(phone);
  expect(await overflow(phone.page)).toBeLessThanOrEqual(0);
  await phone.page.context().close();
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** Emits one whose two tries fail; resolves to the id of the delivery. */
async function emitDead(house: House): Promise<string> {
  house.receiver.answer('/hook', 500);
  const eventId = await emitFixture(house, 'build.started');
  return eventually(
    async () => {
      const { deliveries } = await house.api.getEvent({ params: { id: eventId } });
      expect(deliveries[0]?.status).toBe('dead');
      return deliveries[0]!.id;
    },
    { timeoutMs: 30_000, everyMs: 200, describe: 'the delivery dead' },
  );
}
