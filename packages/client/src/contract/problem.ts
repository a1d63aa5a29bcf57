/** What every failed request is answered with: application/problem+json of RFC 9457. */
import { ERROR_CATALOGUE } from '@hooklane/core';
import type { ErrorCode } from '@hooklane/core';
import { z } from 'zod';

/** The media type of a problem. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** A problem: `code` is one of the catalogue of errors, `detail` says what is wrong and what to do. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'Always about:blank; `code` tells problems apart.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What is wrong, the bound and the value. Never a secret.' }),
    code: z.enum(Object.keys(ERROR_CATALOGUE) as [ErrorCode, ...ErrorCode[]]),
    field: z.string().optional().meta({ description: 'The field at fault, such as body.build_num.' }),
    issues: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'All fields at fault, when there are several.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' });

/** A failed request's answer. */
export type Problem = z.infer<typeof problemSchema>;
