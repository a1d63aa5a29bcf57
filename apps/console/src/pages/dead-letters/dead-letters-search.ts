/** Every filter of the API in the address, under the API's names, so that a view can be shared. */
import { LETTER_REASONS } from '@hooklane/client';
import type { ApiDeliveryFilter } from '@hooklane/client';
import { z } from 'zod';
import { filterSearch, withOneScope } from '../deliveries/deliveries-search.ts';

/** The filters of deliveries but the status, the reason, and how the list is shown. */
export const deadLettersSearch = filterSearch
  .extend({
    reason: z.enum(LETTER_REASONS).optional().catch(undefined),
    view: z.literal('letters').optional().catch(undefined),
  })
  .transform(withOneScope);

/** The parsed address. */
export type DeadLettersSearch = z.infer<typeof deadLettersSearch>;

/** The part that the API takes. */
export function filterOf({ view: _view, ...filter }: DeadLettersSearch): ApiDeliveryFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
