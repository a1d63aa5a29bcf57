/** POST /v1/accounts/{account}/notifications/test */
import { HooklaneError } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import { wakeLanes } from './hint-workers.ts';
import { noNotifications } from './no-notifications.ts';

/** Sends a test on the way that all notices take. */
export const testNotifications: Handler<'testNotifications'> = async ({ params: { account } }, deps) => {
  const { notifications } = deps.ports;
  const sent = await notifications.sendTestNotification(account);
  if (sent !== null) {
    await wakeLanes(deps, sent.wakes);
    return { status: 202, body: { eventId: sent.eventId } };
  }
  const target = await notifications.getNotifications(account);
  if (target === null) throw noNotifications(account);
  throw new HooklaneError('webhook_disabled', {
    detail: `The notification URL is disabled. ${target.disabled?.message ?? ''} Set it anew with PUT to enable it.`,
  });
};
