/** GET /v1/notices */
import type { Handler } from '../deps.ts';
import { viewNotice } from '../views/notice-view.ts';

/** One page of notices, the newest first. */
export const listNotices: Handler<'listNotices'> = async ({ query }, { ports }) => {
  const { account, webhook, since, acknowledged } = query;
  const filter = {
    ...(account === undefined ? {} : { account }),
    ...(webhook === undefined ? {} : { webhook }),
    ...(since === undefined ? {} : { since: Date.parse(since) }),
    ...(acknowledged === undefined ? {} : { acknowledged: acknowledged === 'true' }),
  };
  const page = { cursor: query.cursor ?? null, limit: query.limit };
  const { items, next } = await ports.notices.findNotices(filter, page);
  return { status: 200, body: { items: items.map(viewNotice), next } };
};
