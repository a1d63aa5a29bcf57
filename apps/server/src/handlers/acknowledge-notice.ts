/** POST /v1/notices/{id}/acknowledge */
import type { Handler } from '../deps.ts';
import { viewNotice } from '../views/notice-view.ts';
import { notFound } from './not-found.ts';

/** Repeating it changes nothing. */
export const acknowledgeNotice: Handler<'acknowledgeNotice'> = async ({ params }, { ports }) => {
  const notice = await ports.notices.acknowledgeNotice(params.id);
  if (notice === null) throw notFound('notice', params.id);
  return { status: 200, body: viewNotice(notice) };
};
