/** DELETE /v1/accounts/{account}/notifications */
import type { Handler } from '../deps.ts';
import { noNotifications } from './no-notifications.ts';

/** What it was still owed is given up; notices are still listed. */
export const deleteNotifications: Handler<'deleteNotifications'> = async ({ params }, { ports }) => {
  const existed = await ports.notifications.deleteNotifications(params.account);
  if (!existed) throw noNotifications(params.account);
  return { status: 204, body: null };
};
