/** GET /v1/deliveries */
import type { Handler } from '../deps.ts';
import { viewDeliveries } from '../views/delivery-view.ts';
import { readFilter } from '../views/filter.ts';

/** One page of deliveries, the newest first. */
export const listDeliveries: Handler<'listDeliveries'> = async ({ query }, { ports }) => {
  const page = { cursor: query.cursor ?? null, limit: query.limit };
  const { items, next } = await ports.deliveries.findDeliveries(readFilter(query), page);
  return { status: 200, body: { items: await viewDeliveries(ports, items), next } };
};
