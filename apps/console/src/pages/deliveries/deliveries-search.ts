/** Every filter of the API in the address, under the API's names, so that a view can be shared. */
import { DEAD_REASONS } from '@hooklane/client';
import { DELIVERY_STATUSES, EVENT_TYPES, parseTime } from '@hooklane/core';
import { z } from 'zod';

const text = z.string().min(1).max(256).optional().catch(undefined);
const time = z
  .string()
  .refine((value) => parseTime(value) !== null)
  .optional()
  .catch(undefined);

/** What lists of deliveries and of dead letters share. Bad values are ignored: an address is typed by people. */
export const filterSearch = z.object({
  account: text,
  application: text,
  environment: text,
  webhook: text,
  event: z.enum(EVENT_TYPES).optional().catch(undefined),
  statusCode: z.coerce
    .number()
    .int()
    .refine((code) => code === 0 || (code >= 100 && code <= 599))
    .optional()
    .catch(undefined),
  since: time,
  until: time,
});

/** A delivery has one scope; the API refuses both. */
export function withOneScope<Search extends { application?: unknown; environment?: unknown }>(
  search: Search,
): Search {
  return search.application === undefined ? search : { ...search, environment: undefined };
}

/** The filters of the list of deliveries. */
export const deliveriesSearch = filterSearch
  .extend({
    status: z.enum(DELIVERY_STATUSES).optional().catch(undefined),
    reason: z.enum(DEAD_REASONS).optional().catch(undefined),
  })
  .transform(withOneScope);

/** The parsed address. */
export type DeliveriesSearch = z.infer<typeof deliveriesSearch>;
