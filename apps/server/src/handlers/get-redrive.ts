/** GET /v1/redrives/{id} */
import type { Handler } from '../deps.ts';
import { viewRedrive } from '../views/filter.ts';
import { notFound } from './not-found.ts';

/** How far a bulk action is. */
export const getRedrive: Handler<'getRedrive'> = async ({ params }, { ports }) => {
  const job = await ports.redrives.getRedrive(params.id);
  if (job === null) throw notFound('redrive', params.id);
  return { status: 200, body: viewRedrive(job) };
};
