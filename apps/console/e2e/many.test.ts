/** A store with 100,000 deliveries: the list opens and filters in under a second, measured in the browser. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleEventBody } from '@hooklane/core';
import { createProducer } from '@hooklane/producer';
import { eventually, startReceiver } from '@hooklane/testkit';
import type { Receiver } from '@hooklane/testkit';
import type { Browser } from 'playwright-core';
import { CHROMIUM, launchBrowser, openPage, signIn } from './browser.ts';
import { startHouse } from './house.ts';
import type { House } from './house.ts';

const WEBHOOKS = 50;
const EVENTS = 2000;
const FILL_MS = 240_000;
/** The promise. */
const MOST_MS = 1000;
/** The machine may be busy with something else: the best of this many counts. */
const LOOKS = 3;

const inBrowser = CHROMIUM === null ? describe.skip : describe;

inBrowser('100,000 deliveries in Chromium (skipped where there is no chromium on PATH)', () => {
  let house: House;
  let receiver: Receiver;
  let browser: Browser;

  beforeAll(async () => {
    [house, receiver, browser] = await Promise.all([
      startHouse({ HOOKLANE_RETRY_SCHEDULE: '1s' }),
      startReceiver({ keep: 0, script: { '/broken': 400 } }),
      launchBrowser(),
    ]);
    await fill(house, receiver);
  }, FILL_MS);
  afterAll(async () => {
    await browser?.close();
    await receiver?.close();
    await house?.stop();
  }, FILL_MS);

  test('opens and filters in under a second', async () => {
    const { page } = await openPage(browser, house.url);
    await signIn(page, house.token);
    const rows = page.getByRole('table', { name: 'Deliveries' }).getByRole('row');
    const empty = await best(async () => {
      await page.goto('/deliveries?account=nobody');
      await page.getByText('No delivery matches').waitFor();
      return page.evaluate(() => performance.now());
    });
    const opened = await best(async () => {
      await page.goto('/deliveries');
      await rows.nth(20).waitFor();
      return page.evaluate(() => performance.now());
    });
    const filtered = await best(async () => {
      await page.goto('/deliveries');
      await rows.nth(20).waitFor();
      return page.evaluate(chooseDead);
    });
    // Only the rows in sight are in the page.
    expect(await rows.count()).toBeLessThan(80);
    process.stdout.write(
      `100,000 deliveries: opened in ${opened} ms, filtered in ${filtered} ms; an empty list ${empty} ms\n`,
    );
    // On a machine that is so busy that an empty list takes this long, the store is not what takes it.
    const most = Math.max(MOST_MS, 1.5 * empty);
    expect(opened).toBeLessThan(most);
    expect(filtered).toBeLessThan(most);
  }, 120_000);
});

async function fill({ api, redis }: House, receiver: Receiver): Promise<void> {
  const params = { account: 'acme', name: 'shop' };
  await api.setApplication({ params, body: { enabled: true } });
  for (let i = 0; i < WEBHOOKS; i += 1) {
    const url = receiver.url(i === 0 ? '/broken' : '/ok');
    await api.createApplicationWebhook({ params, body: { name: `hook-${i}`, event: 'build.finished', url } });
  }
  const producer = createProducer({ redis: redis.url });
  const body = sampleEventBody('build.finished', 'acme', 'shop');
  for (let i = 0; i < EVENTS; i += 100) {
    const some = Array.from({ length: 100 }, () =>
      producer.emit({ account: 'acme', type: 'build.finished', body }),
    );
    await Promise.all(some);
  }
  await producer.close();
  await eventually(
    async () => {
      const { backlog } = await api.getStatus();
      const done = receiver.received >= EVENTS * (WEBHOOKS - 1);
      if (!done || backlog.waiting > EVENTS) throw new Error(`${receiver.received} received`);
    },
    { timeoutMs: FILL_MS, everyMs: 500 },
  );
}

async function best(look: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < LOOKS; i += 1) times.push(await look());
  return Math.round(Math.min(...times));
}

/** Runs in the page: from the click to the first frame in which the list shows dead ones alone, ms. */
function chooseDead(): Promise<number> {
  const dead = [...document.querySelectorAll<HTMLElement>('[role=radio]')].find(
    ({ textContent }) => textContent === 'Dead',
  );
  const start = performance.now();
  dead?.click();
  return new Promise((resolve) => {
    const look = (): void => {
      const rows = [...document.querySelectorAll('[role=table] [data-index]')];
      const isFiltered = rows.length > 10 && rows.every(({ textContent }) => textContent.startsWith('Dead'));
      if (isFiltered) resolve(performance.now() - start);
      else requestAnimationFrame(look);
    };
    look();
  });
}
