/** GET /v1/dead-letters */
import type { Handler } from '../deps.ts';
import { viewDeliveries } from '../views/delivery-view.ts';
import { readFilter } from '../views/filter.ts';

/** One page of open dead letters, the newest death first. */
export const listDeadLetters: Handler<'listDeadLetters'> = async ({ query }, { ports }) => {
  const page = { cursor: query.cursor ?? null, limit: query.limit };
  const { items, next } = await ports.deliveries.findDeadLetters(readFilter(query), page);
  return { status: 200, body: { items: await viewDeliveries(ports, items), next } };
};
