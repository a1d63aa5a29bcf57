/** `pnpm screenshots [FOLDER [NAME]]`: pictures of the main pages, made with a real server, worker and Redis, into docs/images. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage, signIn } from './browser.ts';
import type { PageLook } from './browser.ts';
import { startHouse } from './house.ts';
import type { House } from './house.ts';
import { fillStage } from './stage.ts';

/** Name of the file → how to get to what it shows. */
const SHOTS: readonly [string, (page: Page, house: House) => Promise<unknown>][] = [
  ['overview', (page) => page.goto('/')],
  ['dead-letters', (page) => page.goto('/dead-letters')],
  ['deliveries', (page) => page.goto('/deliveries')],
  [
    'delivery',
    async (page, house) => page.goto(`/deliveries/${await idOf(house, { status: 'dead', statusCode: 503 })}`),
  ],
  [
    'event',
    async (page, house) => page.goto(`/events/${(await idOf(house, { statusCode: 503 })).split('.')[0]}`),
  ],
  ['notices', (page) => page.goto('/notices?account=acme')],
  ['tokens', (page) => page.goto('/tokens')],
  ['audit', (page) => page.goto('/audit')],
  ['scopes', (page) => page.goto('/scopes')],
  ['scope', (page) => page.goto('/accounts/acme/environments/storefront-production')],
  ['scope-application', (page) => page.goto('/accounts/acme/applications/storefront')],
  [
    'webhook',
    async (page, house) => page.goto(`/webhooks/${(await idOf(house, { statusCode: 503 })).split('.')[1]}`),
  ],
];

/** What the README and the documentation show; the rest is for looking at. */
const PUBLISHED: ReadonlySet<string> = new Set([
  'overview-light',
  'dead-letters-light',
  'notices-light',
  'audit-light',
  'deliveries-light',
  'deliveries-dark',
  'delivery-light',
  'scope-light',
  'webhook-light',
]);

const LOOKS: Record<string, PageLook> = {
  light: {},
  dark: { dark: true },
  phone: { width: 375, height: 812 },
  'phone-dark': { width: 375, height: 812, dark: true },
};

async function idOf(house: House, filter: { status?: 'dead'; statusCode?: number }): Promise<string> {
  const { items } = await house.api.listDeliveries({ query: { ...filter, limit: 1 } });
  const [first] = items;
  if (first === undefined) throw new Error(`No delivery has ${JSON.stringify(filter)}.`);
  return first.id;
}

async function shoot(
  browser: Browser,
  house: House,
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<void> {
  for (const [lookName, look] of Object.entries(LOOKS)) {
    const wanted = SHOTS.filter(([name]) => isWanted(`${name}-${lookName}`));
    if (wanted.length === 0) continue;
    const { page } = await openPage(browser, house.url, look);
    await signIn(page, house.token);
    for (const [name, open] of wanted) {
      await open(page, house);
      await page.getByRole('heading', { level: 1 }).waitFor();
      // What is fetched after the page, such as a chart, has come when nothing moves any more.
      await page.waitForTimeout(1200);
      await page.screenshot({ path: join(folder, `${name}-${lookName}.png`) });
      process.stdout.write(`${name}-${lookName}.png\n`);
    }
    await page.context().close();
  }
}

const [given, only = ''] = process.argv.slice(2);
const folder = given ?? join(import.meta.dirname, '..', '..', '..', 'docs', 'images');
await mkdir(folder, { recursive: true });
const house = await startHouse({ HOOKLANE_RETRY_SCHEDULE: '2s,4s' });
const browser = await launchBrowser();
try {
  await fillStage(house);
  await shoot(browser, house, folder, (name) =>
    given === undefined ? PUBLISHED.has(name) : name.startsWith(only),
  );
} finally {
  await browser.close();
  await house.stop();
}
