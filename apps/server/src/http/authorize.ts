/** May this caller use this route? The contract says which role a route needs. */
import { HooklaneError, isGranted } from '@hooklane/core';
import type { Role } from '@hooklane/core';
import type { FastifyRequest } from 'fastify';

/** A hook for a request that `authenticate` has seen. It throws `missing_role`. */
export function authorize(needed: Role): (request: FastifyRequest) => Promise<void> {
  return async ({ principal }) => {
    const roles = principal?.roles ?? [];
    if (isGranted(roles, needed)) return;
    throw new HooklaneError('missing_role', {
      detail: `This needs the role ${needed}; the token ${roles.length === 0 ? 'has none' : `has ${roles.join(', ')}`}.`,
    });
  };
}
