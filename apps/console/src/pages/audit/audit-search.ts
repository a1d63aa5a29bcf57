/** Every filter of the log in the address, under the API's names, so that a view can be shared. */
import { accountProblem, parseTime } from '@hooklane/core';
import { z } from 'zod';

const text = z.string().min(1).max(300).optional().catch(undefined);
const time = z
  .string()
  .refine((value) => parseTime(value) !== null)
  .optional()
  .catch(undefined);

/** Bad values are ignored: an address is typed by people. */
export const auditSearch = z.object({
  actor: text,
  action: text,
  account: z
    .string()
    .refine((name) => accountProblem(name) === null)
    .optional()
    .catch(undefined),
  target: text,
  since: time,
  until: time,
});

/** The parsed address. */
export type AuditSearch = z.infer<typeof auditSearch>;
