/** What a token may do. */
import { ROUTE_ROLES } from '@hooklane/client';
import type { ApiSession, RouteId } from '@hooklane/client';
import { isGranted } from '@hooklane/core';

/** Whether this session may use the route. Nobody signed in: only what is open to everybody. */
export function mayUse(session: Pick<ApiSession, 'roles'> | null, route: RouteId): boolean {
  const needed = ROUTE_ROLES[route];
  return needed === null || isGranted(session?.roles ?? [], needed);
}

/** What the session may do, in a few words: `Read only · jdoe`. */
export function accessWords({ roles, accounts }: Pick<ApiSession, 'roles' | 'accounts'>): string {
  const what = isGranted(roles, 'admin')
    ? 'Admin'
    : isGranted(roles, 'manage')
      ? 'Manage'
      : isGranted(roles, 'read')
        ? 'Read only'
        : 'No access to the console';
  return accounts === null ? what : `${what} · ${accounts.join(', ')}`;
}
