/** What changes, as it changes: server-sent events. */
import { z } from 'zod';
import { deliveryFilterQuery } from './deliveries.ts';
import type { Route } from './route.ts';

/** The route of the stream. */
export const STREAM_ROUTES = {
  streamDeliveries: {
    method: 'GET',
    path: '/v1/deliveries/stream',
    summary: 'Deliveries as they change, as server-sent events',
    description:
      '`event: delivery` with a delivery as lists have it: a new one, or one that changed and matches. `event:' +
      ' left` with `{"id"}`: a delivery changed and does not match by status, reason or status code. `event:' +
      ' gap`: some changes were missed or were too many, so read the list again. `event: position`: all up to' +
      ' here is told. `id` is a position for `Last-Event-ID`. Changes of a quarter of a second are told' +
      ' together; a comment comes every 15 seconds. A reader that is too slow is cut off, and a session that' +
      ' ends ends its streams.',
    tag: 'Deliveries',
    query: deliveryFilterQuery,
    stream: true,
    responses: { 200: z.string() },
    mediaType: 'text/event-stream',
    errors: ['too_many_streams'],
  },
} as const satisfies Record<string, Route>;
