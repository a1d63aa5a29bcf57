/** What can be done with a webhook in a real browser: edit, disable, enable, rotate the secret, delete; and a long list of them. */
import { expect, test } from '@jest/globals';
import { expectClean } from './expect-clean.ts';
import type { House } from './house.ts';
import { TEST_MS, describeInBrowser } from './scene.ts';

const MANY = 120;
const SHOP = { account: 'jdoe', name: 'shop' };
const OPTIONS = { prepare, withinMs: 2 * TEST_MS };

describeInBrowser('A webhook in Chromium', OPTIONS, (scene) => {
  test(
    'is edited, and what is refused is said at its field',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      await page.goto('/accounts/jdoe/applications/shop');
      await page.getByRole('button', { name: 'Edit chat' }).click();
      const dialog = page.getByRole('dialog', { name: 'Edit chat' });
      await dialog.getByLabel('Payload URL').fill('ftp://example.com');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByText(/The URL must begin with http/).waitFor();
      expect(watched.complaints.splice(0).join()).toMatch(/422/);
      await dialog.getByLabel('Payload URL').fill(house.receiver.url('/moved?room=1'));
      await dialog.getByLabel('Friendly Name').fill('chat-room');
      await dialog.getByLabel('Type').selectOption({ label: 'Build Finished' });
      await dialog.getByLabel('Tries at the same time').fill('3');
      await expectClean(watched);
      await dialog.getByRole('button', { name: 'Save' }).click();
      const row = page
        .getByRole('table', { name: 'Webhooks' })
        .getByRole('row')
        .filter({ hasText: 'chat-room' });
      await row.getByText('Build Finished').waitFor();
      await row.getByText(house.receiver.url('/moved?room=1')).waitFor();
      const { webhooks } = await house.api.getApplication({ params: SHOP });
      expect(webhooks).toMatchObject([{ name: 'chat-room', event: 'build.finished', maxInFlight: 3 }]);
    },
    TEST_MS,
  );

  test(
    'is disabled, says so where it is listed, and is enabled again',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      await page.goto('/accounts/jdoe/applications/shop');
      await page.getByRole('link', { name: 'chat-room' }).click();
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Disable' }).click();
      await page
        .getByText(/^Disabled .*\.$/)
        .first()
        .waitFor();
      expect(await page.getByRole('button', { name: 'Send a test' }).isDisabled()).toBe(true);
      await expectClean(watched);
      await page.getByRole('link', { name: 'shop' }).click();
      await page.getByRole('table', { name: 'Webhooks' }).getByText('Disabled').first().waitFor();
      expect(await page.getByRole('button', { name: 'Send a test to chat-room' }).isDisabled()).toBe(true);
      await expectClean(watched);
      await page.getByRole('link', { name: 'chat-room' }).click();
      await page.getByRole('button', { name: 'Enable again' }).click();
      await page.getByRole('heading', { level: 1 }).getByText('Enabled').waitFor();
      const { webhooks } = await house.api.getApplication({ params: SHOP });
      expect(webhooks).toMatchObject([{ enabled: true, disabled: null }]);
    },
    TEST_MS,
  );

  test(
    'gets a new secret, which is shown once and not closed away by a slip',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Rotate the secret' }).click();
      await page.getByRole('button', { name: 'Make a new secret' }).click();
      const secret = await page.getByLabel('The new secret').innerText();
      expect(secret).toMatch(/^whsec_.{40,}/);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Copy the secret' }).click();
      await page.getByText('Copied').waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
      await expectClean(watched);
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByText('xxxxxx').first().waitFor();
      expect(await page.content()).not.toContain(secret);
      const { webhooks } = await house.api.getApplication({ params: SHOP });
      expect(webhooks).toMatchObject([{ hasSecret: true }]);
    },
    TEST_MS,
  );

  test(
    'is deleted only after a question that says what is given up',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      await page.goto('/accounts/jdoe/applications/shop');
      await page.getByRole('button', { name: 'Delete chat-room' }).click();
      const question = page.getByRole('alertdialog', { name: 'Delete chat-room?' });
      await question.getByText(/given up for good, without dead letters/).waitFor();
      await expectClean(watched);
      await question.getByRole('button', { name: 'Cancel' }).click();
      expect((await house.api.getApplication({ params: SHOP })).webhooks).toHaveLength(1);
      await page.getByRole('button', { name: 'Delete chat-room' }).click();
      await question.getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByText('No webhook yet').waitFor();
      expect((await house.api.getApplication({ params: SHOP })).webhooks).toHaveLength(0);
    },
    TEST_MS,
  );

  test(
    'is one of many: only the rows in sight are in the page, and one request tells how all of them do',
    async () => {
      const { watched } = scene;
      const { page } = watched;
      const asked: string[] = [];
      page.on('request', (request) => {
        const { pathname } = new URL(request.url());
        if (pathname.endsWith('/health')) asked.push(pathname);
      });
      await page.goto('/accounts/jdoe/environments/fleet');
      const rows = page.getByRole('table', { name: 'Webhooks' }).getByRole('row');
      await rows.getByText('never called').first().waitFor();
      expect([...new Set(asked)]).toEqual(['/v1/accounts/jdoe/environments/fleet/health']);
      expect(await rows.count()).toBeLessThan(60);
      await expectClean(watched);
      await page.waitForFunction(
        (last) => {
          window.scrollTo(0, document.body.scrollHeight);
          return [...document.querySelectorAll('[role=row] a')].some(
            ({ textContent }) => textContent === last,
          );
        },
        `hook-${MANY - 1}`,
      );
      expect(await rows.count()).toBeLessThan(60);
    },
    TEST_MS,
  );
});

async function prepare({ api, receiver }: House): Promise<void> {
  await api.setApplication({ params: SHOP, body: { enabled: true } });
  const url = receiver.url('/hook');
  await api.createApplicationWebhook({ params: SHOP, body: { name: 'chat', event: 'build.started', url } });
  const params = { account: 'jdoe', name: 'fleet' };
  for (let i = 0; i < MANY; i += 1) {
    const name = `hook-${String(i).padStart(String(MANY - 1).length, '0')}`;
    await api.createEnvironmentWebhook({ params, body: { name, event: 'deploy.started', url } });
  }
}
