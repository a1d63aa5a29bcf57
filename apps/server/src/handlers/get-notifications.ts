/** GET /v1/accounts/{account}/notifications */
import type { Handler } from '../deps.ts';
import { viewNotifications } from '../views/notice-view.ts';
import { noNotifications } from './no-notifications.ts';

/** Where notices go, and how the latest tries went. */
export const getNotifications: Handler<'getNotifications'> = async ({ params }, { ports }) => {
  const target = await ports.notifications.getNotifications(params.account);
  if (target === null) throw noNotifications(params.account);
  return { status: 200, body: viewNotifications(target) };
};
