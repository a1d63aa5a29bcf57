/** The way of a person through the console: enable, add, watch, break, mend. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { EventType } from '@hooklane/core';
import { eventually } from '@hooklane/testkit';
import type { Locator, Page } from 'playwright-core';
import type { House } from './house.ts';

/** A webhook of the original's page. */
export interface SeedWebhook {
  kind: 'applications' | 'environments';
  scope: string;
  type: string;
  event: EventType;
  name: string;
  path: string;
  secret?: string;
}

/** The four webhooks of the original's page. */
export const SEED_WEBHOOKS: readonly SeedWebhook[] = [
  {
    kind: 'applications',
    scope: 'rubyubunturbenvapp',
    type: 'Build Started',
    event: 'build.started',
    name: 'buildstarted',
    path: '/build_started?user=abc123',
  },
  {
    kind: 'applications',
    scope: 'rubyubunturbenvapp',
    type: 'Build Finished',
    event: 'build.finished',
    name: 'buildfinished',
    path: '/build_finish?user=abc123',
    secret: 'a shared secret',
  },
  {
    kind: 'environments',
    scope: 'rubyubunturbenvapp-beta',
    type: 'Deployment Started',
    event: 'deploy.started',
    name: 'deploystart',
    path: '/deploy_start',
  },
  {
    kind: 'environments',
    scope: 'rubyubunturbenvapp-beta',
    type: 'Deployment Finished',
    event: 'deploy.finished',
    name: 'deployfinish',
    path: '/deploy_finish',
    secret: 'another secret',
  },
];

/** Opens the settings of the webhook's scope. */
export async function openScope(page: Page, { kind, scope }: SeedWebhook): Promise<void> {
  await page.goto(`/accounts/jdoe/${kind}/${scope}`);
  await page.getByRole('heading', { level: 1, name: scope }).waitFor();
}

/** Switches the webhooks of the open scope on, if they are off. */
export async function enableWebhooks(page: Page): Promise<void> {
  const box = page.getByRole('checkbox', { name: /^Enable webhooks for/ });
  if ((await box.getAttribute('aria-checked')) === 'true') return;
  await box.click();
  await page.getByText('Webhooks are enabled').waitFor();
}

/** Fills the form of the original and presses ADD. */
export async function addWebhook(page: Page, house: House, webhook: SeedWebhook): Promise<void> {
  const form = page.getByRole('form', { name: 'Add a Webhook' });
  await form.getByLabel('Type').selectOption({ label: webhook.type });
  await form.getByLabel('Friendly Name').fill(webhook.name);
  await form.getByLabel('Payload URL').fill(house.receiver.url(webhook.path));
  if (webhook.secret !== undefined) await form.getByLabel('Secret').fill(webhook.secret);
  await form.getByRole('button', { name: 'ADD' }).click();
  await webhookRow(page, webhook.name).waitFor();
}

/** Its row in the table. */
export function webhookRow(page: Page, name: string): Locator {
  return page.getByRole('table', { name: 'Webhooks' }).getByRole('row').filter({ hasText: name });
}

const FIXTURES = join(import.meta.dirname, '../../../packages/core/fixtures');

/** Emits the documented sample of an event; resolves to the event's id. */
export async function emitFixture(house: House, type: EventType): Promise<string> {
  const body = JSON.parse(await readFile(join(FIXTURES, `${type}.json`), 'utf8')) as Record<string, unknown>;
  const { id } = await house.api.emitEvent({ body: { account: 'jdoe', type, body } });
  return id;
}

/** The number of seconds that a countdown shows. */
async function secondsLeft(page: Page): Promise<number> {
  const text = await page.getByTestId('countdown').innerText();
  return Number(/in (\d+) s$/.exec(text)?.[1] ?? Number.NaN);
}

/** Waits until the countdown has gone down. */
export async function seeItCountDown(page: Page): Promise<void> {
  await page
    .getByTestId('countdown')
    .filter({ hasText: /in \d+ s$/ })
    .waitFor();
  const before = await secondsLeft(page);
  await eventually(async () => expect(await secondsLeft(page)).toBeLessThan(before), {
    timeoutMs: 10_000,
    everyMs: 200,
  });
}
