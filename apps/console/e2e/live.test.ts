/** The live list in a real browser: what one sees while much happens, while one looks away, and with many tabs. */
import { expect, test } from '@jest/globals';
import { sampleEventBody } from '@hooklane/core';
import { createProducer } from '@hooklane/producer';
import { eventually } from '@hooklane/testkit';
import type { Page } from 'playwright-core';
import { expectClean } from './expect-clean.ts';
import type { House } from './house.ts';
import { TEST_MS, describeInBrowser } from './scene.ts';

/** So many that there are several pages. */
const FIRST = 250;
/** More than the server tells one by one. */
const FLOOD = 1500;

describeInBrowser('The live list in Chromium', { prepare: fill }, (scene) => {
  test(
    'it says that it is live only when it is, and that it is not when the server is away',
    async () => {
      const { page } = scene.watched;
      let open = (): void => undefined;
      const opened = new Promise<void>((resolve) => (open = resolve));
      await page.route('**/v1/deliveries/stream*', async (route) => {
        await opened;
        await route.continue();
      });
      await page.goto('/deliveries');
      await row(page, 20).waitFor();
      expect(await state(page).innerText()).toBe('Connecting …');
      open();
      await state(page)
        .filter({ hasText: /^Live$/ })
        .waitFor();
      await page.unroute('**/v1/deliveries/stream*');
      await page.getByRole('button', { name: 'Pause' }).click();
      await state(page)
        .filter({ hasText: /^Paused$/ })
        .waitFor();
      await page.getByRole('button', { name: 'Go on' }).click();
      await state(page)
        .filter({ hasText: /^Live$/ })
        .waitFor();
      await expectClean(scene.watched);
      await page.route('**/v1/deliveries/stream*', (route) => route.fulfill({ status: 503 }));
      await page.reload();
      await state(page)
        .filter({ hasText: /^Refreshing every few seconds$/ })
        .waitFor();
      await emit(scene.house, 'polled');
      await page.getByText('polled').first().waitFor();
      await page.unroute('**/v1/deliveries/stream*');
      // The browser itself reports the answers 503.
      expect(scene.watched.complaints.splice(0).join()).toMatch(/503/);
    },
    TEST_MS,
  );

  test(
    'what comes while one has paused is counted, and comes when one asks for it',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      await openLive(page);
      await page.getByRole('button', { name: 'Pause' }).click();
      for (let i = 1; i <= 3; i += 1) {
        await emit(house, 'while-paused');
        await page.getByRole('button', { name: `${i} new`, exact: true }).waitFor();
      }
      expect(await rows(page, 'while-paused').count()).toBe(0);
      await expectClean(watched);
      await page.getByRole('button', { name: '3 new', exact: true }).click();
      await eventually(async () => expect(await rows(page, 'while-paused').count()).toBe(3));
      await page.getByRole('button', { name: /new$/ }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Go on' }).click();
    },
    TEST_MS,
  );

  test(
    'under one who has scrolled nothing moves; what comes is counted, and comes when one asks for it',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      await openLive(page);
      await page.mouse.wheel(0, 2500);
      await page.waitForFunction(() => window.scrollY > 2000);
      const before = await page.evaluate(() => window.scrollY);
      await emit(house, 'while-scrolled');
      await page.getByRole('button', { name: '1 new', exact: true }).waitFor();
      await emit(house, 'while-scrolled');
      await page.getByRole('button', { name: '2 new', exact: true }).click();
      await eventually(async () => expect(await rows(page, 'while-scrolled').count()).toBe(2));
      expect(before).toBeGreaterThan(2000);
      expect(await page.evaluate(() => window.scrollY)).toBe(0);
      await expectClean(watched);
    },
    TEST_MS,
  );

  test(
    'what was missed in a rush is made up for by the first page alone, and the list never goes away',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      await openLive(page);
      for (const rest of [100, 200]) {
        await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
        await page.waitForFunction((least) => document.body.scrollHeight > least * 44 + 1000, rest);
      }
      await page.evaluate(() => window.scrollTo(0, 0));
      const asked: string[] = [];
      page.on('request', (request) => {
        if (/\/v1\/deliveries\?/.test(request.url())) asked.push(request.url());
      });
      await page.evaluate(watchSkeleton);
      const begun = performance.now();
      // On a busy machine one flood may be so slow that nothing is missed.
      for (let floods = 0; floods < 6 && asked.length === 0; floods += 1) await flood(house);
      await emit(house, 'after-the-rush');
      await page.getByText('after-the-rush').first().waitFor();
      const seconds = (performance.now() - begun) / 1000;
      expect(asked.filter((url) => url.includes('cursor='))).toEqual([]);
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.length).toBeLessThan(3 + seconds);
      expect(await page.evaluate(() => document.documentElement.dataset['sawSkeleton'])).toBeUndefined();
      // Nothing is left out below, once the look that the rush asked for has come back.
      const { items } = await house.api.listDeliveries({ query: { limit: 20 } });
      const ids = items.map(({ id }) => id);
      await eventually(async () => expect((await shownIds(page)).slice(0, 20)).toEqual(ids), {
        timeoutMs: 20_000,
      });
      await expectClean(watched);
    },
    2 * TEST_MS,
  );

  test(
    'a tab that nobody sees has no stream; when it is seen again it has missed nothing',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      await openLive(page);
      const closed = page.waitForEvent('requestfailed', (request) => request.url().includes('/stream'));
      await setVisibility(page, 'hidden');
      await closed;
      let streams = 0;
      page.on('request', (request) => (streams += request.url().includes('/stream') ? 1 : 0));
      for (let i = 0; i < 5; i += 1) await emit(house, 'while-hidden');
      await eventually(async () => {
        const { items } = await house.api.listDeliveries({ query: { application: 'while-hidden' } });
        expect(items).toHaveLength(5);
      });
      // A look that was under way may have brought some of them.
      expect(streams).toBe(0);
      await setVisibility(page, 'visible');
      await eventually(async () => expect(await rows(page, 'while-hidden').count()).toBe(5));
      await state(page)
        .filter({ hasText: /^Live$/ })
        .waitFor();
    },
    TEST_MS,
  );

  test(
    'eight tabs at once are all of use, and hear of what is new',
    async () => {
      const { house, watched } = scene;
      const context = watched.page.context();
      const others: Page[] = [];
      for (let i = 0; i < 7; i += 1) {
        const page = await context.newPage();
        others.push(page);
        await page.goto('/deliveries');
        await row(page, 10).waitFor();
      }
      const pages = [watched.page, ...others];
      await watched.page.goto('/deliveries');
      await emit(house, 'for-all-tabs');
      for (const page of pages) await page.getByText('for-all-tabs').first().waitFor();
      const states = await Promise.all(pages.map((page) => state(page).innerText()));
      expect(states.filter((text) => text === 'Live').length).toBeGreaterThan(0);
      expect(states.filter((text) => text === 'Live').length).toBeLessThan(6);
      await others[6]!.goto('/scopes');
      await others[6]!.getByRole('link', { name: 'for-all-tabs' }).waitFor();
      // Whoever had a stream and goes leaves it to one of the others.
      for (const page of others.slice(1)) await page.close();
      await watched.page.goto('/scopes');
      await state(others[0]!)
        .filter({ hasText: /^Live$/ })
        .waitFor();
      await others[0]!.close();
    },
    2 * TEST_MS,
  );
});

function row(page: Page, index: number) {
  return page.getByRole('table', { name: 'Deliveries' }).getByRole('row').nth(index);
}

function rows(page: Page, application: string) {
  return page.getByRole('table', { name: 'Deliveries' }).getByRole('row').filter({ hasText: application });
}

/** The ids of the deliveries of the list, from the top. */
function shownIds(page: Page): Promise<string[]> {
  return page
    .getByRole('table')
    .locator('a.row-link')
    .evaluateAll((links) =>
      links.map((link) => decodeURIComponent((link as HTMLAnchorElement).pathname.split('/').at(-1) ?? '')),
    );
}

function state(page: Page) {
  return page.getByTestId('live-state');
}

async function openLive(page: Page): Promise<void> {
  await page.goto('/deliveries');
  await row(page, 20).waitFor();
  await state(page)
    .filter({ hasText: /^Live$/ })
    .waitFor();
}

/** Runs in the page: notes when the list is replaced by grey boxes, if only for one frame. */
function watchSkeleton(): void {
  new MutationObserver(() => {
    if (document.querySelector('[data-skeleton]') !== null)
      document.documentElement.dataset['sawSkeleton'] = 'yes';
  }).observe(document.body, { childList: true, subtree: true });
}

/** A page of a test is always in sight; this is what the browser tells one that is not. */
async function setVisibility(page: Page, visibility: 'visible' | 'hidden'): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visibility);
}

const NAMES = [
  'shop',
  'polled',
  'while-paused',
  'while-scrolled',
  'after-the-rush',
  'while-hidden',
  'for-all-tabs',
];

async function fill(house: House): Promise<void> {
  for (const name of NAMES) {
    const params = { account: 'jdoe', name };
    await house.api.setApplication({ params, body: { enabled: true } });
    const body = { name: 'chat', event: 'build.finished', url: house.receiver.url('/hook') } as const;
    await house.api.createApplicationWebhook({ params, body });
  }
  await flood(house, FIRST);
}

/** One delivery, of an application of that name. */
async function emit({ api }: House, name: string): Promise<void> {
  const body = sampleEventBody('build.finished', 'jdoe', name);
  await api.emitEvent({ body: { account: 'jdoe', type: 'build.finished', body } });
}

/** Many at once; waits until all are delivered. */
async function flood({ redis, receiver }: House, count = FLOOD): Promise<void> {
  const before = receiver.received;
  const producer = createProducer({ redis: redis.url });
  const body = sampleEventBody('build.finished', 'jdoe', 'shop');
  await Promise.all(
    Array.from({ length: count }, () => producer.emit({ account: 'jdoe', type: 'build.finished', body })),
  );
  await producer.close();
  await eventually(() => expect(receiver.received).toBeGreaterThanOrEqual(before + count), {
    timeoutMs: 30_000,
  });
}
