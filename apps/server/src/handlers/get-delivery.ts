/** GET /v1/deliveries/{id} */
import type { Handler } from '../deps.ts';
import { viewDelivery } from '../views/delivery-view.ts';
import { notFound } from './not-found.ts';

/** A delivery with all that is known of its attempts. */
export const getDelivery: Handler<'getDelivery'> = async ({ params }, { ports }) => {
  const found = await ports.deliveries.getDelivery(params.id);
  if (found === null) throw notFound('delivery', params.id);
  return { status: 200, body: viewDelivery(found.delivery, found.attempts) };
};
