/** The house minute by minute, for charts. */
import { OUTCOMES } from '@hooklane/core';
import { z } from 'zod';
import { time } from './fields.ts';
import type { Route } from './route.ts';
import { openLaneSchema, statusPieces, workerSchema } from './status.ts';
import { latencySchema } from './webhook-health.ts';

const LATENCY = {
  description:
    'From the acceptance of the event to its delivery, right to a tenth; null when there was none.',
};

const successRate = z
  .number()
  .nullable()
  .meta({ description: 'Of the tries that were not our own fault: 0 to 1; null without any.' });

const minuteSchema = z.object({
  minute: time.meta({ description: 'Its beginning.' }),
  accepted: z.int().meta({ description: 'Events.' }),
  delivered: z.int(),
  failed: z.int().meta({ description: 'Tries that failed and go on.' }),
  dead: z.int(),
  outcomes: z.partialRecord(z.enum(OUTCOMES), z.int()).meta({ description: 'Tries by what the world did.' }),
  latency: latencySchema.nullable().meta(LATENCY),
});

const faultSchema = z.object({
  at: time,
  outcome: z.enum(OUTCOMES),
  statusCode: z.int().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

/** The house minute by minute. */
const overviewSchema = z
  .object({
    now: time,
    minutes: z.array(minuteSchema).meta({ description: 'The oldest first; the last one is not over.' }),
    totals: z.object({
      accepted: z.int(),
      delivered: z.int(),
      failed: z.int(),
      dead: z.int(),
      attempts: z.int(),
      successRate,
      latency: latencySchema.nullable().meta(LATENCY),
    }),
    workers: z.array(workerSchema).meta({ description: 'Those that were seen lately.' }),
    openLanes: z
      .array(
        openLaneSchema.extend({
          last: faultSchema.nullable().meta({ description: 'What the latest try came to.' }),
        }),
      )
      .meta({ description: 'Up to 100.' }),
    ...statusPieces,
  })
  .meta({ id: 'Overview' });

const overviewQuery = z.strictObject({
  minutes: z.coerce
    .number<number>()
    .int()
    .min(1)
    .max(1440)
    .default(60)
    .meta({ description: 'How many minutes back, the present one included.' }),
});

/** The routes of the overview. */
export const OVERVIEW_ROUTES = {
  getOverview: {
    method: 'GET',
    path: '/v1/overview',
    summary: 'Outcomes and latency minute by minute, and how the house is doing',
    tag: 'Operations',
    query: overviewQuery,
    responses: { 200: overviewSchema },
    errors: [],
  },
} as const satisfies Record<string, Route>;

/** The house minute by minute, as the API gives it. */
export type ApiOverview = z.infer<typeof overviewSchema>;
