/** GET /v1/notifications */
import type { Handler } from '../deps.ts';
import { viewNotifications } from '../views/notice-view.ts';

/** The notification URL of an account, or an empty list: a page asks without knowing whether there is one. */
export const listNotifications: Handler<'listNotifications'> = async ({ query }, { ports }) => {
  const target = await ports.notifications.getNotifications(query.account);
  return { status: 200, body: { items: target === null ? [] : [viewNotifications(target)], next: null } };
};
