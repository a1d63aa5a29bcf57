/** Every filter of the API in the address, under the API's names, so that a view can be shared. */
import type { ApiDeliveryFilter } from '@hooklane/client';
import { z } from 'zod';
import { DEAD_REASON_LABELS } from '../../ui/status-badge.tsx';
import { filterSearch, withOneScope } from '../deliveries/deliveries-search.ts';

type Reason = keyof typeof DEAD_REASON_LABELS;

/** The filters of deliveries but the status, the reason, and how the list is shown. */
export const deadLettersSearch = filterSearch
  .extend({
    reason: z
      .enum(Object.keys(DEAD_REASON_LABELS) as [Reason, ...Reason[]])
      .optional()
      .catch(undefined),
    view: z.literal('letters').optional().catch(undefined),
  })
  .transform(withOneScope);

/** The parsed address. */
export type DeadLettersSearch = z.infer<typeof deadLettersSearch>;

/** The part that the API takes. */
export function filterOf({ view: _view, ...filter }: DeadLettersSearch): ApiDeliveryFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
