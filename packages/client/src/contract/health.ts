/** What probes and scrapers get. */
import { z } from 'zod';

/** The process lives. */
export const healthSchema = z.object({ ok: z.boolean() }).meta({ id: 'Health' });

/** Whether the server can do its work. */
export const readinessSchema = z
  .object({
    ok: z.boolean(),
    version: z.string().nullable().meta({ description: 'Of Redis.' }),
    problems: z.array(z.string()).meta({ description: 'Sentences for an operator.' }),
  })
  .meta({ id: 'Readiness' });
