/** The audit log: who changed what, when and from where. */
import { z } from 'zod';
import { account, cursor, limit, pageOf, queryTime, time } from './fields.ts';
import type { Route } from './route.ts';

const auditEntrySchema = z
  .object({
    id: z.string(),
    at: time,
    actor: z.object({ id: z.string(), name: z.string() }).meta({ description: 'The token that was used.' }),
    via: z.enum(['token', 'session']),
    address: z.string().meta({ description: 'The network address that the request came from.' }),
    action: z.string().meta({ description: 'The operation id of the route, such as updateWebhook.' }),
    account: z
      .string()
      .nullable()
      .meta({ description: 'Whose things were changed; null: of the whole house.' }),
    target: z.string().nullable().meta({ description: 'What was changed: an id, or application/<name>.' }),
    detail: z.string().nullable().meta({ description: 'What about it; never a secret.' }),
  })
  .meta({ id: 'AuditEntry' });

const text = z.string().min(1).max(300);

/** The route of the audit log. */
export const AUDIT_ROUTES = {
  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    summary: 'Who changed what, the newest first',
    description:
      'Every change, test, redelivery, redrive and sign-in that was carried out. Kept for HOOKLANE_AUDIT_RETENTION,' +
      ' and about 100,000 entries at most.',
    tag: 'Access',
    query: z.strictObject({
      actor: text.optional().meta({ description: 'Id or name of a token.' }),
      action: text.optional(),
      account: account.optional(),
      target: text.optional(),
      since: queryTime.optional(),
      until: queryTime.optional(),
      cursor: cursor.optional(),
      limit,
    }),
    responses: { 200: pageOf(auditEntrySchema).meta({ id: 'AuditPage' }) },
    errors: ['invalid_cursor'],
  },
} as const satisfies Record<string, Route>;

/** One entry, as the API gives it. */
export type ApiAuditEntry = z.infer<typeof auditEntrySchema>;
