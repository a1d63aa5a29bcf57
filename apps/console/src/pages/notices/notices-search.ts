/** What the list of notices takes from its address. A bad value is ignored: an address is typed by people. */
import { accountProblem } from '@hooklane/core';
import { z } from 'zod';
import type { NoticeFilter } from '../../api/notices.ts';

/** The filters. Without `show` only open ones are shown. */
export const noticesSearch = z.object({
  account: z
    .string()
    .refine((name) => accountProblem(name) === null)
    .optional()
    .catch(undefined),
  show: z.enum(['acknowledged', 'all']).optional().catch(undefined),
});

/** The parsed address. */
export type NoticesSearch = z.infer<typeof noticesSearch>;

/** As the API takes it. */
export function noticeFilterOf({ account, show }: NoticesSearch): NoticeFilter {
  return {
    ...(account === undefined ? {} : { account }),
    ...(show === 'all' ? {} : { acknowledged: show === 'acknowledged' ? 'true' : 'false' }),
  };
}
