/** What a token may do. */

/** From least to most. */
export const ROLES = ['emit', 'read', 'manage', 'admin'] as const;

/**
 * `emit`: give events. `read`: see everything but tokens and the audit log. `manage`: also change webhooks and switches,
 * send tests, redeliver, redrive and discard. `admin`: everything, also tokens, the audit log and secrets at rest.
 */
export type Role = (typeof ROLES)[number];

/** What each role contains. Who may change things has to see them; to give events is a right of its own. */
const CONTAINS: Readonly<Record<Role, readonly Role[]>> = {
  emit: ['emit'],
  read: ['read'],
  manage: ['manage', 'read'],
  admin: ROLES,
};

/** Whether somebody with these roles may do what needs `needed`. A role that is not known grants nothing. */
export function isGranted(roles: readonly string[], needed: Role): boolean {
  return ROLES.some((role) => roles.includes(role) && CONTAINS[role].includes(needed));
}
