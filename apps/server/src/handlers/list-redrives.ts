/** GET /v1/redrives */
import type { Handler } from '../deps.ts';
import { viewRedrive } from '../views/filter.ts';

/** The latest bulk actions; there is no second page. */
export const listRedrives: Handler<'listRedrives'> = async (_request, { ports }) => {
  const jobs = await ports.redrives.listRedrives();
  return { status: 200, body: { items: jobs.map(viewRedrive), next: null } };
};
