/** How a webhook is doing, as the API gives it. */
import { OUTCOMES } from '@hooklane/core';
import { z } from 'zod';
import { time } from './fields.ts';

/** Percentiles, ms. */
export const latencySchema = z
  .object({ p50: z.number(), p95: z.number(), p99: z.number() })
  .meta({ id: 'Latency', description: 'Percentiles, in milliseconds.' });

/** The health of a webhook, out of its latest attempts. */
export const webhookHealthSchema = z
  .object({
    lastAttempt: z
      .object({
        at: time,
        outcome: z.enum(OUTCOMES),
        statusCode: z.int().nullable(),
        durationMs: z.number(),
      })
      .nullable(),
    attempts: z.int().meta({ description: 'The latest attempts that are looked at: at most 1,000.' }),
    succeeded: z.int().meta({ description: 'How many of them succeeded.' }),
    successRate: z.number().nullable().meta({ description: '0 to 1; null without attempts.' }),
    points: z
      .array(z.object({ at: time, durationMs: z.number(), ok: z.boolean(), statusCode: z.int().nullable() }))
      .meta({ description: 'The latest 200 of them, the oldest first.' }),
    latency: latencySchema
      .nullable()
      .meta({ description: 'Of those that were answered; null when none was.' }),
    lane: z.object({
      state: z.enum(['idle', 'running', 'open', 'slow']).meta({
        description: 'open: the endpoint is down, one probe at a time goes out. slow: it answers slowly.',
      }),
      waiting: z.int().meta({ description: 'Deliveries that are owed.' }),
      oldestDueAgeMs: z.number().nullable().meta({ description: 'null: nothing is due.' }),
      nextProbeAt: time.nullable().meta({ description: 'Of an open lane.' }),
      faults: z.int().meta({ description: 'Faults in a row.' }),
    }),
  })
  .meta({ id: 'WebhookHealth' });

/** The health of each webhook of a scope, without what only a chart needs. */
export const scopeHealthSchema = z
  .object({
    items: z.array(
      webhookHealthSchema
        .omit({ points: true })
        .extend({
          webhookId: z.string(),
          attempts: z.int().meta({ description: 'The latest attempts that are looked at: at most 100.' }),
        })
        .meta({ id: 'WebhookHealthSummary' }),
    ),
  })
  .meta({ id: 'ScopeHealth' });

/** The health of the webhooks of a scope, as the API gives it. */
export type ApiScopeHealth = z.infer<typeof scopeHealthSchema>;

/** The health of a webhook, as the API gives it. */
export type ApiWebhookHealth = z.infer<typeof webhookHealthSchema>;
