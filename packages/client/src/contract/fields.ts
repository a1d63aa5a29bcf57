/** Fields that several requests or answers share. The rules for names, secrets and headers are core's. */
import {
  DELIVERY_STATUSES,
  EVENT_TYPES,
  SIGNING_PROFILES,
  accountProblem,
  checkTokenHeader,
  checkWebhookUrl,
  eventIdProblem,
  friendlyNameProblem,
  parseTime,
  scopeNameProblem,
  zodRule,
} from '@hooklane/core';
import { z } from 'zod';

/** The most items of one page. */
export const MAX_PAGE_ITEMS = 200;

/** Items of a page when nobody says how many. */
export const DEFAULT_PAGE_ITEMS = 50;

/** The longest cursor, in characters. */
const MAX_CURSOR_CHARS = 2048;

const ACCOUNT_PATTERN = '^[A-Za-z0-9_.-]{1,64}$';
const FRIENDLY_NAME_PATTERN = '^[A-Za-z0-9_-]{1,64}$';
const EVENT_ID_PATTERN = '^[A-Za-z0-9_-]{1,128}$';

/** The owner of scopes and webhooks. */
export const account = z
  .string()
  .superRefine(zodRule(accountProblem))
  .meta({ description: 'The owner. Compared case-insensitively.', pattern: ACCOUNT_PATTERN });

/** The name of an application or environment: 1 to 256 characters. */
export const scopeName = z.string().superRefine(zodRule(scopeNameProblem)).meta({
  description: 'Of an application or environment. Compared case-insensitively.',
  minLength: 1,
  maxLength: 256,
});

/** The Friendly Name of a webhook: letters, digits, `_` and `-`; unique in its scope. */
export const friendlyName = z.string().superRefine(zodRule(friendlyNameProblem)).meta({
  description: 'The Friendly Name, unique in its scope. Compared case-insensitively.',
  pattern: FRIENDLY_NAME_PATTERN,
});

/** A caller's own event id. */
export const ownEventId = z
  .string()
  .superRefine(zodRule(eventIdProblem))
  .meta({
    description:
      'Your own id, unique over all accounts, types and scopes: put account and application in front. An id is' +
      ' dispatched once, however often it is sent.',
    pattern: EVENT_ID_PATTERN,
  });

/** One of the four events. */
export const eventType = z.enum(EVENT_TYPES).meta({ id: 'EventType', description: 'What happened.' });

/** The one spelling of a delivery's status. */
export const deliveryStatus = z.enum(DELIVERY_STATUSES).meta({ id: 'DeliveryStatus' });

/** How requests are signed. */
export const signingProfile = z.enum(SIGNING_PROFILES).meta({
  id: 'SigningProfile',
  description:
    'standard: Standard Webhooks 1.0. github: x-hub-signature-256. token: the secret in a header of a chosen name.',
});

/** What a webhook hangs on. */
export const scope = z
  .object({ kind: z.enum(['application', 'environment']), name: z.string() })
  .meta({ id: 'Scope', description: 'What a webhook hangs on: an application or an environment.' });

/** A webhook's URL; answers the URL as the WHATWG parser normalises it. */
export const webhookUrl = z
  .string()
  .transform((text, context) => {
    const check = checkWebhookUrl(text);
    if (check.ok) return check.url;
    context.addIssue({ code: 'custom', message: check.message });
    return z.NEVER;
  })
  .meta({ description: 'http or https, at most 2048 characters.' });

/** The header that carries the secret of the profile `token`; answers it in lower case. */
export const tokenHeader = z
  .string()
  .transform((text, context) => {
    const check = checkTokenHeader(text);
    if (check.ok) return check.name;
    context.addIssue({ code: 'custom', message: check.message });
    return z.NEVER;
  })
  .meta({ description: 'The header that carries the secret when signing is token.' });

/** A time in an answer: RFC 3339, UTC, milliseconds. */
export const time = z.string().meta({ description: 'RFC 3339, UTC.', format: 'date-time' });

const TIME_EXAMPLE = 'an RFC 3339 time such as 2015-11-20T23:43:01Z';

/** A time in a request: RFC 3339 with any offset. `bound` completes "must be …". */
function timeField(bound: string, earliest: number): z.ZodString {
  return z
    .string()
    .refine((text) => (parseTime(text) ?? Number.NEGATIVE_INFINITY) >= earliest, {
      error: `must be ${bound}`,
    })
    .meta({ description: 'RFC 3339, such as 2015-11-20T23:43:01Z.', format: 'date-time' });
}

/** A time in the body of a request. */
export const bodyTime = timeField(TIME_EXAMPLE, Number.MIN_SAFE_INTEGER);

/** A time in a query, where a `+` is a space unless it is encoded. */
export const queryTime = timeField(`${TIME_EXAMPLE} (in a query write + as %2B)`, Number.MIN_SAFE_INTEGER);

/** When an event happened: not before 1970. */
export const eventTime = timeField(`${TIME_EXAMPLE}, not before 1970`, 0);

/** Where a page begins: what the page before gave as `next`. */
export const cursor = z
  .string()
  .max(MAX_CURSOR_CHARS)
  .meta({ description: 'What the page before gave as `next`. Without it: from the newest.' });

/** How many items a page has at most. */
export const limit = z.coerce
  .number<number>()
  .int()
  .min(1)
  .max(MAX_PAGE_ITEMS)
  .default(DEFAULT_PAGE_ITEMS)
  .meta({ description: 'The most items of the page.' });

/** An id in a path. One of a wrong form is simply not found. */
export const pathId = z.object({ id: z.string() });

/** A list: `next` is the cursor of the next page, or null at the end. */
export function pageOf<T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodArray<T>; next: z.ZodNullable<z.ZodString> }> {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().meta({
      description:
        'The cursor of the next page; null at the end. A page may have fewer items than asked for.',
    }),
  });
}
