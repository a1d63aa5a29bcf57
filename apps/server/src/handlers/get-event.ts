/** GET /v1/events/{id} */
import type { Handler } from '../deps.ts';
import { viewDeliveries } from '../views/delivery-view.ts';
import { viewEvent } from '../views/event-view.ts';
import { notFound } from './not-found.ts';

/** The event, the state of each delivery, and why nobody got it. */
export const getEvent: Handler<'getEvent'> = async ({ params }, { ports }) => {
  const record = await ports.deliveries.getEvent(params.id);
  if (record === null) throw notFound('event', params.id, 'it still waits to be dispatched by a worker');
  return { status: 200, body: viewEvent(record, await viewDeliveries(ports, record.deliveries)) };
};
