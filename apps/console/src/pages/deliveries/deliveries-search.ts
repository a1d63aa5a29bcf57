/** Every filter of the API in the address, under the API's names, so that a view can be shared. */
import { DELIVERY_STATUSES, EVENT_TYPES, parseTime } from '@hooklane/core';
import { z } from 'zod';

const text = z.string().min(1).max(256).optional().catch(undefined);
const time = z
  .string()
  .refine((value) => parseTime(value) !== null)
  .optional()
  .catch(undefined);

/** Bad values are ignored rather than shown as an error: an address is typed by people. */
export const deliveriesSearch = z
  .object({
    account: text,
    application: text,
    environment: text,
    webhook: text,
    event: z.enum(EVENT_TYPES).optional().catch(undefined),
    status: z.enum(DELIVERY_STATUSES).optional().catch(undefined),
    statusCode: z.coerce.number().int().min(100).max(599).optional().catch(undefined),
    since: time,
    until: time,
  })
  // A delivery has one scope; the API refuses both.
  .transform(({ environment, ...rest }) => ({
    ...rest,
    environment: rest.application === undefined ? environment : undefined,
  }));

/** The parsed address. */
export type DeliveriesSearch = z.infer<typeof deliveriesSearch>;
