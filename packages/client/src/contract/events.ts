/** Events, as the API takes and gives them. */
import { z } from 'zod';
import { deliverySchema } from './deliveries.ts';
import { account, eventTime, eventType, ownEventId, scope, time } from './fields.ts';

/** An event to emit. Receivers get `body` exactly as it stands here; its fields are those of the four documented bodies. */
export const newEventSchema = z
  .strictObject({
    account,
    type: eventType,
    body: z.looseObject({}).meta({
      description: 'The body that receivers get, at most 1 MiB and 200 levels deep. Unknown fields pass.',
    }),
    id: ownEventId.optional(),
    occurredAt: eventTime
      .optional()
      .meta({ description: 'When it happened. Default: now.', format: 'date-time' }),
  })
  .meta({ id: 'NewEvent' });

/** An accepted event. */
export const eventAcceptedSchema = z.object({ id: z.string() }).meta({ id: 'EventAccepted' });

/** An event, who hears of it, and if nobody: why. */
export const eventSchema = z
  .object({
    id: z.string(),
    type: eventType,
    account: z.string(),
    scope,
    occurredAt: time,
    acceptedAt: time,
    body: z.record(z.string(), z.unknown()),
    unmatched: z
      .object({ reason: z.enum(['scope_disabled', 'no_matching_webhook']), message: z.string() })
      .nullable()
      .meta({ description: 'Why no webhook got it, and what to do; null when one did.' }),
    deliveries: z.array(deliverySchema),
  })
  .meta({ id: 'Event' });

/** An event to emit, as the API takes it. */
export type ApiNewEvent = z.input<typeof newEventSchema>;

/** An event, as the API gives it. */
export type ApiEvent = z.infer<typeof eventSchema>;
