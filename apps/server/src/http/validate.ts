/** Holds requests against the contract. */
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { InvalidFields } from './problem.ts';
import { readIssues } from './read-issues.ts';

/** Fastify's validator compiler for zod: what does not fit is `invalid_field`, with a sentence for each field. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const [first, ...rest] = readIssues(result.error.issues, data);
    if (first === undefined) return { error: result.error };
    return { error: new InvalidFields([first, ...rest]) };
  };
