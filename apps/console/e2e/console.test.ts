/** The console in a real browser, against the real server, worker and Redis. */
import { expect, test } from '@jest/globals';
import { openPage, signIn } from './browser.ts';
import { expectClean } from './expect-clean.ts';
import { TEST_MS, describeInBrowser } from './scene.ts';
import {
  SEED_WEBHOOKS,
  addWebhook,
  emitFixture,
  enableWebhooks,
  openScope,
  seeItCountDown,
  webhookRow,
} from './walk.ts';

const OPTIONS = { env: { HOOKLANE_RETRY_SCHEDULE: '7s,4s' }, signedIn: false };
/** Every page in turn, on a machine that may be busy. */
const SWEEP_MS = 240_000;

describeInBrowser('The console in Chromium', OPTIONS, (scene) => {
  test(
    'who is not signed in sees the sign-in page, and a wrong token is said at its field',
    async () => {
      const { house, watched } = scene;
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
      const { house, browser } = scene;
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

  test(
    'the four webhooks of the original are enabled and added in its words; what is refused is said at its field',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      for (const webhook of SEED_WEBHOOKS) {
        await openScope(page, webhook);
        const what =
          webhook.kind === 'applications' ? 'application builds' : 'deployments to this environment';
        await page.getByText(`Configure webhooks for ${what}`).waitFor();
        await enableWebhooks(page);
        await addWebhook(page, house, webhook);
        const row = webhookRow(page, webhook.name);
        expect(await row.getByRole('cell').allInnerTexts()).toMatchObject({
          0: webhook.name,
          1: webhook.type,
          2: house.receiver.url(webhook.path),
          3: expect.stringContaining(webhook.secret === undefined ? 'No Secret' : 'xxxxxx'),
        });
      }
      await expectClean(watched);
      const form = page.getByRole('form', { name: 'Add a Webhook' });
      await form.getByLabel('Friendly Name').fill('not a name!');
      await form.getByLabel('Payload URL').fill('ftp://example.com');
      await form.getByRole('button', { name: 'ADD' }).click();
      await form.getByText(/A Friendly Name must be 1 to 64/).waitFor();
      await form.getByText(/The URL must begin with http/).waitFor();
      expect(await form.getByLabel('Payload URL').getAttribute('aria-invalid')).toBe('true');
      await form.getByLabel('Friendly Name').fill('deployfinish');
      await form.getByLabel('Payload URL').fill(house.receiver.url('/again'));
      await form.getByRole('button', { name: 'ADD' }).click();
      await form.getByText(/taken|already/i).waitFor();
      // The browser itself reports the answers 422 and 409.
      expect(watched.complaints.splice(0).join()).toMatch(/422.*409/s);
      expect(watched.complaints).toEqual([]);
    },
    TEST_MS,
  );

  test(
    'rows arrive without a reload, in the words of the screen',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      await page.goto('/deliveries?account=jdoe');
      await page.getByText('No delivery matches').waitFor();
      for (const { event } of SEED_WEBHOOKS) await emitFixture(house, event);
      const table = page.getByRole('table', { name: 'Deliveries' });
      for (const { type } of SEED_WEBHOOKS) {
        await table.getByRole('row').filter({ hasText: type }).filter({ hasText: 'Delivered' }).waitFor();
      }
      await expectClean(watched);
      expect(house.receiver.requests.map(({ path }) => path).toSorted()).toEqual([
        '/build_finish?user=abc123',
        '/build_started?user=abc123',
        '/deploy_finish',
        '/deploy_start',
      ]);
      await page.getByRole('radio', { name: 'Dead' }).click();
      await page.waitForURL('**/deliveries?account=jdoe&status=dead');
      await page.getByText('No delivery matches').waitFor();
    },
    TEST_MS,
  );

  test(
    'a test send shows request and response at once, and a rotated secret once',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      house.receiver.answer('/deploy_start', { body: '{"taken":true}' });
      await openScope(page, SEED_WEBHOOKS[2]!);
      await page.getByRole('button', { name: 'Send a test to deploystart' }).click();
      const window = page.getByRole('dialog', { name: 'Test of deploystart' });
      await window.getByText(/^200 after/).waitFor();
      await window.getByText('"taken": true').waitFor();
      await window.getByText('"deployment_state"').waitFor();
      await window.getByText('Open the delivery').waitFor();
      await expectClean(watched);
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'deploystart' }).click();
      await page.getByRole('heading', { level: 1, name: 'deploystart' }).waitFor();
      await page.getByText(/of 2 tries/).waitFor();
      await expectClean(watched);
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Rotate the secret' }).click();
      await page.getByRole('button', { name: 'Make a new secret' }).click();
      expect(await page.getByLabel('The new secret').innerText()).toMatch(/^whsec_.{40,}/);
      await expectClean(watched);
      await page.getByRole('button', { name: 'Done' }).click();
      expect(await page.content()).not.toContain('whsec_');
      await page.getByText('xxxxxx').first().waitFor();
    },
    TEST_MS,
  );

  test(
    'a broken receiver: the retries count down, the dead letter, and after the mending it is delivered',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      house.receiver.answer('/build_started', { status: 500, body: 'out of order' });
      const eventId = await emitFixture(house, 'build.started');
      await page.goto('/deliveries?account=jdoe&event=build.started&status=retrying');
      await page
        .getByRole('table', { name: 'Deliveries' })
        .getByRole('link', { name: 'Build Started' })
        .click();
      await page.getByText('out of order').waitFor();
      await seeItCountDown(page);
      await page.getByText('All tries failed').waitFor({ timeout: 30_000 });
      await expectClean(watched);
      await page.getByRole('link', { name: 'Who heard of this?' }).click();
      await page.waitForURL(`**/events/${eventId}`);
      await page.getByText('0 of one webhook so far').waitFor();
      await expectClean(watched);
      await page.goBack();
      house.receiver.answer('/build_started', 200);
      await page.getByRole('button', { name: 'Redeliver' }).click();
      await page.getByText(/^Delivered with try 4/).waitFor();
      await page.getByRole('button', { name: 'Copy as curl' }).click();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toContain(`curl -X POST '${house.receiver.url('/build_started?user=abc123')}'`);
      await expectClean(watched);
    },
    TEST_MS,
  );

  test.each([
    ['light, on a phone', { width: 375, height: 812 }],
    ['dark', { dark: true }],
  ] as const)(
    'every page is readable %s: no barrier, nothing wider than the screen, no complaint',
    async (_, look) => {
      const { house, browser } = scene;
      const here = await openPage(browser, house.url, look);
      await signIn(here.page, house.token);
      const { items } = await house.api.listDeliveries({ query: { limit: 1 } });
      const { id, eventId, webhookId } = items[0]!;
      for (const path of [
        '/',
        '/?minutes=1440',
        '/deliveries',
        '/deliveries?account=nobody',
        `/deliveries/${id}`,
        `/events/${eventId}`,
        `/webhooks/${webhookId}`,
        '/dead-letters',
        '/notices',
        '/notices?account=jdoe&show=all',
        '/tokens',
        '/audit',
        '/scopes',
        '/accounts/jdoe/applications/rubyubunturbenvapp',
        '/accounts/jdoe/environments/nobody-configured-this',
        '/there-is-no-such-page',
      ]) {
        await here.page.goto(path);
        await here.page.getByRole('heading').first().waitFor();
        await expectClean(here);
        const [content, screen] = await here.page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        expect([path, content]).toEqual([path, screen]);
      }
      await here.page.context().close();
    },
    SWEEP_MS,
  );
});
