/** Dead letters by what they have in common. */
import { z } from 'zod';
import { deadReason, letterFilterQuery } from './deliveries.ts';
import { eventType, scope, time } from './fields.ts';
import type { Route } from './route.ts';

/** Groups of open dead letters. */
const deadGroupsSchema = z
  .object({
    items: z
      .array(
        z.object({
          webhookId: z.string(),
          webhookName: z.string().nullable().meta({ description: 'null: the webhook was deleted.' }),
          account: z.string(),
          scope,
          event: eventType,
          reason: deadReason,
          statusCode: z
            .int()
            .nullable()
            .meta({ description: 'Of the last answer; null when none came: `statusCode=0` finds those.' }),
          count: z.int(),
          firstAt: time.meta({ description: 'The first death.' }),
          lastAt: time.meta({ description: 'The last death.' }),
        }),
      )
      .meta({ description: 'The largest first, up to 500.' }),
    truncated: z.boolean().meta({ description: 'There is more than could be told or counted.' }),
  })
  .meta({ id: 'DeadGroups' });

/** The routes of groups. */
export const DEAD_GROUP_ROUTES = {
  listDeadLetterGroups: {
    method: 'GET',
    path: '/v1/dead-letters/groups',
    summary: 'Open dead letters by webhook, reason and last status',
    description:
      '`webhook`, `event`, `reason` and `statusCode` of a group are the filter that selects its letters. With `since`' +
      ' or `until` letters are counted one by one for 150 ms, and `truncated` says that there are more.',
    tag: 'Dead letters',
    query: letterFilterQuery,
    responses: { 200: deadGroupsSchema },
    errors: [],
  },
} as const satisfies Record<string, Route>;

/** Groups of open dead letters, as the API gives them. */
export type ApiDeadGroups = z.infer<typeof deadGroupsSchema>;
