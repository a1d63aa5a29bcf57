/** Notices in a real browser: what fails is told, acknowledged, and sent where the account wants it. */
import { expect, test } from '@jest/globals';
import { eventually } from '@hooklane/testkit';
import { addDeadLetter } from './dead-letter.ts';
import { expectClean } from './expect-clean.ts';
import type { House } from './house.ts';
import { TEST_MS, describeInBrowser } from './scene.ts';

const OPTIONS = {
  env: { HOOKLANE_RETRY_SCHEDULE: '100ms' },
  prepare: async (house: House) => {
    await addDeadLetter(house, 'jdoe', 'shop');
  },
};

describeInBrowser('Notices in Chromium', OPTIONS, (scene) => {
  test(
    'an open one is counted in the menu, and says what happened and what to do',
    async () => {
      const { watched } = scene;
      const { page } = watched;
      await page.getByRole('link', { name: 'Notices 1 open' }).click();
      const row = page
        .getByRole('table', { name: 'Notices' })
        .getByRole('row')
        .filter({ hasText: 'Webhook fails' });
      await row.getByText(/Webhook chat of application shop fails: .*status 500/).waitFor();
      await row.getByText('What to do: Look at its latest answers').waitFor();
      expect(await row.getByRole('link', { name: 'chat' }).getAttribute('href')).toMatch(/^\/webhooks\/wh_/);
      await expectClean(watched);
    },
    TEST_MS,
  );

  test(
    'the notification URL is set, tested, and the page says whether the last one arrived',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      const section = page.getByRole('region', { name: 'Notification URL of jdoe' });
      await section.getByText('Nowhere').waitFor();
      await section.getByRole('button', { name: 'Set a URL' }).click();
      const dialog = page.getByRole('dialog', { name: 'Notification URL of jdoe' });
      await dialog.getByLabel('Notification URL').fill('ftp://ops');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByText(/The URL must begin with http/).waitFor();
      expect(watched.complaints.splice(0).join()).toMatch(/422/);
      await dialog.getByLabel('Notification URL').fill(house.receiver.url('/ops'));
      await dialog.getByLabel('Secret').fill('the secret of jdoe');
      await expectClean(watched);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await section.getByText(house.receiver.url('/ops')).waitFor();
      await section.getByRole('button', { name: 'Send a test' }).click();
      await section.getByText('The last one arrived').waitFor();
      await eventually(() => expect(house.receiver.requests.map(({ path }) => path)).toContain('/ops'));
      house.receiver.answer('/ops', 503);
      await section.getByRole('button', { name: 'Send a test' }).click();
      await section.getByText('The last try failed').waitFor();
      await section.getByText('503 after').waitFor();
      expect(await page.content()).not.toContain('the secret of jdoe');
      await expectClean(watched);
      await section.getByRole('button', { name: 'Change' }).click();
      await dialog.getByRole('button', { name: 'Send no more' }).click();
      await section.getByText('Nowhere').waitFor();
    },
    TEST_MS,
  );

  test(
    'one that was acknowledged leaves the open ones and the count of the menu',
    async () => {
      const { house, watched } = scene;
      const { page } = watched;
      await page.goto('/notices?account=jdoe');
      const rows = page.getByRole('table', { name: 'Notices' }).getByRole('row');
      await rows
        .filter({ hasText: 'Webhook chat of application shop' })
        .getByRole('button', { name: 'Acknowledge' })
        .click();
      await page.getByText('The notice is acknowledged').waitFor();
      await eventually(async () => {
        const { items } = await house.api.listNotices({ query: { acknowledged: 'true' } });
        expect(items).toMatchObject([{ kind: 'webhook.failing', webhook: { name: 'chat' } }]);
      });
      // What the broken notification URL of before left open is acknowledged as well.
      for (const { id } of (await house.api.listNotices({ query: { acknowledged: 'false' } })).items) {
        await house.api.acknowledgeNotice({ params: { id } });
      }
      await page.reload();
      await page.getByText('No open notices of jdoe').waitFor();
      await expectClean(watched);
      await page
        .getByRole('navigation', { name: 'Main' })
        .getByRole('link', { name: 'Notices', exact: true })
        .waitFor();
      await page.getByRole('radio', { name: 'Acknowledged' }).click();
      await page.waitForURL('**/notices?account=jdoe&show=acknowledged');
      await rows.filter({ hasText: 'Webhook chat of application shop' }).waitFor();
      await expectClean(watched);
    },
    TEST_MS,
  );
});
