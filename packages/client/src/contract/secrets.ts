/** The key of secrets at rest. */
import { z } from 'zod';
import type { Route } from './route.ts';

/** The routes of secrets at rest. */
export const SECRET_ROUTES = {
  rekeySecrets: {
    method: 'POST',
    path: '/v1/secrets/rekey',
    summary: 'Encrypt secrets at rest anew with the present key',
    description:
      'One step of some hundred webhooks: give `next` as `cursor` until it is null. Repeating is harmless. Those that' +
      ' were written with a key of HOOKLANE_OTHER_SECRET_KEYS are written anew with HOOKLANE_SECRET_KEY.',
    tag: 'Access',
    body: z
      .strictObject({
        cursor: z
          .string()
          .regex(/^(\d{1,3}:)?\d{1,20}$/, { error: 'must be what the step before gave as next' })
          .nullish(),
      })
      .meta({ id: 'Rekey' }),
    responses: {
      200: z
        .object({
          checked: z.int().meta({ description: 'Webhooks with secrets that this step looked at.' }),
          resealed: z.int().meta({ description: 'Those that were written anew.' }),
          unreadable: z.array(z.string()).meta({
            description: 'Webhooks whose secret no key that was given can read: they need a new one.',
          }),
          next: z.string().nullable(),
        })
        .meta({ id: 'RekeyStep' }),
    },
    errors: ['secret_key_mismatch'],
  },
} as const satisfies Record<string, Route>;
