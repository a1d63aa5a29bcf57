/** Deliveries, dead letters and bulk actions on them, as the API takes and gives them. */
import { DEAD_REASONS, LETTER_REASONS, OUTCOMES } from '@hooklane/core';
import { z } from 'zod';
import {
  account,
  bodyTime,
  cursor,
  deliveryStatus,
  eventType,
  limit,
  pageOf,
  queryTime,
  scope,
  scopeName,
  time,
} from './fields.ts';

/** Why a delivery was given up. */
export const deadReason = z.enum(DEAD_REASONS).meta({ id: 'DeadReason' });

/** One HTTP try. */
const attemptSchema = z
  .object({
    number: z.int().meta({ description: 'Counted from 1 over the life of the delivery.' }),
    startedAt: time,
    durationMs: z.number(),
    outcome: z.enum(OUTCOMES),
    fault: z
      .enum(['receiver', 'network', 'ours'])
      .nullable()
      .meta({ description: 'Whose fault it was; null when the outcome is ok.' }),
    statusCode: z.int().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    response: z
      .object({ headers: z.record(z.string(), z.string()), body: z.string(), truncated: z.boolean() })
      .nullable()
      .meta({
        description:
          'Kept for failures and for test sends: headers and the first 16 KiB of the body; 1 KiB in lists. That of any other success is not kept: null.',
      }),
  })
  .meta({ id: 'Attempt' });

/** The duty to bring one event to one webhook. */
export const deliverySchema = z
  .object({
    id: z.string().meta({ description: '<event id>.<webhook id>' }),
    eventId: z.string(),
    webhookId: z.string(),
    webhookName: z
      .string()
      .nullable()
      .meta({ description: 'Its Friendly Name now; null when it was deleted.' }),
    account: z.string(),
    scope,
    event: eventType,
    status: deliveryStatus,
    reason: deadReason.nullable().meta({ description: 'Why it was given up; null unless dead.' }),
    createdAt: time,
    nextAttemptAt: time.nullable(),
    attemptCount: z.int().meta({ description: 'How many tries it had; `attempts` keeps the latest 100.' }),
    lastAttemptAt: time.nullable(),
    lastOutcome: z.enum(OUTCOMES).nullable(),
    lastStatusCode: z.int().nullable().meta({ description: 'null: no answer came.' }),
    attempts: z.array(attemptSchema),
  })
  .meta({ id: 'Delivery' });

/** A request to a receiver, without what somebody could use to pretend to be us. */
const sentRequestSchema = z
  .object({
    method: z.literal('POST'),
    url: z.string(),
    headers: z
      .record(z.string(), z.string())
      .meta({ description: 'Signatures and secrets are masked, such as `v1,…` and `xxxxxx`.' }),
    masked: z.array(z.string()).meta({ description: 'The names of the headers whose values are masked.' }),
    body: z.string(),
    signatureBase: z
      .string()
      .nullable()
      .meta({ description: 'What the signature is made of; null without a signature.' }),
    attempt: z.int().meta({ description: 'The number of the try that this is the request of.' }),
    next: z
      .boolean()
      .meta({ description: 'true: that try is still to come, and this is what it will send.' }),
    timeKnown: z.boolean().meta({
      description:
        'false: the worker died during that try, so when it began is not known. Timestamp and signature base are then' +
        ' those of the moment when that was noticed.',
    }),
    webhookChanged: z.boolean().meta({
      description:
        'true: the webhook was changed since that try. URL and signature headers are then those of now.',
    }),
  })
  .meta({
    id: 'SentRequest',
    description:
      'Built again from what is known: a header traceparent, which a try may have had, is not kept, and the user agent is' +
      ' that of this server.',
  });

/** Which try of a delivery the request is shown of. */
export const deliveryDetailQuery = z.strictObject({
  attempt: z.coerce
    .number<number>()
    .int()
    .min(1)
    .optional()
    .meta({ description: 'The number of the try whose request is shown. Default: the latest.' }),
});

/** A delivery with the request of one try. */
export const deliveryDetailSchema = deliverySchema
  .extend({
    request: sentRequestSchema.nullable().meta({
      description:
        'Of the try that was asked for, else of the latest, else of the first one to come; null when the webhook was deleted.',
    }),
  })
  .meta({ id: 'DeliveryDetail' });

/** One page of deliveries. */
export const deliveryPageSchema = pageOf(deliverySchema).meta({ id: 'DeliveryPage' });

/** What list and bulk action both filter by; they tell times apart in the words of their mistakes. */
function filterFields(when: z.ZodString) {
  return {
    account: account.optional(),
    application: scopeName.optional(),
    environment: scopeName.optional(),
    webhook: z.string().min(1).max(64).optional().meta({ description: 'The id of a webhook.' }),
    event: eventType.optional(),
    status: deliveryStatus.optional(),
    reason: deadReason.optional().meta({ description: 'Why it was given up.' }),
    since: when.optional().meta({ description: 'Created at or after.', format: 'date-time' }),
    until: when.optional().meta({ description: 'Created before.', format: 'date-time' }),
  };
}
const STATUS_CODE = {
  description: 'Of the last answer, 100 to 599; 0: no answer came.',
  minimum: 0,
  maximum: 599,
};
const STATUS_CODE_RULE = { error: 'must be 100 to 599, or 0 for no answer' };

function isStatusCode(code: number): boolean {
  return Number.isInteger(code) && (code === 0 || (code >= 100 && code <= 599));
}
const ONE_SCOPE = {
  path: ['environment'],
  error: 'cannot go together with application: a delivery has one scope',
};

function hasOneScope(filter: { application?: unknown; environment?: unknown }): boolean {
  return filter.application === undefined || filter.environment === undefined;
}

const LETTER_REASON = {
  path: ['reason'],
  error:
    `of a dead letter is one of ${LETTER_REASONS.join(', ')}. What a deleted webhook was owed is given up without a dead` +
    ' letter, and what was discarded is one no more: GET /v1/deliveries lists both',
};

function canBeLetter({ reason }: { reason?: (typeof DEAD_REASONS)[number] | undefined }): boolean {
  return reason === undefined || LETTER_REASONS.some((one) => one === reason);
}

const QUERY_FILTER = {
  ...filterFields(queryTime),
  statusCode: z.coerce.number<number>().refine(isStatusCode, STATUS_CODE_RULE).optional().meta(STATUS_CODE),
};

/** The filters alone, in a query. */
export const deliveryFilterQuery = z.strictObject(QUERY_FILTER).refine(hasOneScope, ONE_SCOPE);

/** The same, of dead letters. */
export const letterFilterQuery = deliveryFilterQuery.refine(canBeLetter, LETTER_REASON);

/** Filters of the list of deliveries. All must hold. */
export const deliveryQuery = z
  .strictObject({
    ...QUERY_FILTER,
    cursor: cursor.optional(),
    limit,
  })
  .refine(hasOneScope, ONE_SCOPE);

/** The same, of dead letters. */
export const letterQuery = deliveryQuery.refine(canBeLetter, LETTER_REASON);

/** The same filters in the body of a bulk action; `{}` means all. */
const deliveryFilterSchema = z
  .strictObject({
    ...filterFields(bodyTime),
    statusCode: z.int().refine(isStatusCode, STATUS_CODE_RULE).optional().meta(STATUS_CODE),
  })
  .refine(hasOneScope, ONE_SCOPE)
  .meta({ id: 'DeliveryFilter', description: 'All must hold. {} means all.' });

const BULK_ACTION = {
  filter: deliveryFilterSchema.refine(canBeLetter, LETTER_REASON).meta({
    id: 'DeadLetterFilter',
    description: `All must hold. {} means all. A reason is one of ${LETTER_REASONS.join(', ')}.`,
  }),
  dryRun: z.boolean().optional().meta({ description: 'Only count what matches.' }),
};

/** A bulk action on dead letters. */
export const bulkActionSchema = z.strictObject(BULK_ACTION).meta({ id: 'BulkAction' });

/** Closing dead letters for good, which people will ask about. */
export const discardSchema = z
  .strictObject({
    ...BULK_ACTION,
    reason: z.string().max(500).optional().meta({ description: 'Why; kept with the action and shown.' }),
  })
  .meta({ id: 'Discard' });

const matched = z.int().meta({ description: 'How many dead letters match; counted up to 100,000.' });

/** The answer to a bulk action that was begun. */
export const bulkBegunSchema = z
  .object({ id: z.string().meta({ description: 'For GET /v1/redrives/{id}.' }), matched })
  .meta({ id: 'BulkBegun' });

/** The answer to a dry run. */
export const bulkCountSchema = z.object({ matched }).meta({ id: 'BulkCount' });

/** How far a bulk action is. */
export const redriveSchema = z
  .object({
    id: z.string(),
    action: z.enum(['redrive', 'discard']),
    reason: z.string().nullable().meta({ description: 'What a person gave as the reason.' }),
    filter: deliveryFilterSchema,
    accounts: z
      .array(z.string())
      .nullable()
      .meta({ description: 'The bound of the token that asked: nothing else was touched. null: none.' }),
    state: z.enum(['waiting', 'running', 'done']),
    matched,
    done: z.int().meta({ description: 'How many were put back or discarded so far.' }),
    createdAt: time,
    finishedAt: time.nullable(),
  })
  .meta({ id: 'Redrive' });

/** Bulk actions, the newest first. */
export const redrivePageSchema = pageOf(redriveSchema).meta({ id: 'RedrivePage' });

/** The answer to a redelivery. */
export const redeliveredSchema = z
  .object({ id: z.string().meta({ description: 'The id of the delivery.' }) })
  .meta({ id: 'Redelivered' });

/** A try, as the API gives it. */
export type ApiAttempt = z.infer<typeof attemptSchema>;

/** A delivery, as the API gives it. */
export type ApiDelivery = z.infer<typeof deliverySchema>;

/** A delivery with the request of one try, as the API gives it. */
export type ApiDeliveryDetail = z.infer<typeof deliveryDetailSchema>;

/** Filters of deliveries, as the API takes them in a body. */
export type ApiDeliveryFilter = z.infer<typeof deliveryFilterSchema>;

/** A bulk action, as the API gives it. */
export type ApiRedrive = z.infer<typeof redriveSchema>;
