/** Times on the outside: RFC 3339 in UTC. */

/** ms since the epoch as RFC 3339; what is damaged in Redis shows as 1970. */
export function rfc3339(ms: number): string {
  const date = new Date(ms);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}

/** The same, for a time that may be missing. */
export function rfc3339OrNull(ms: number | null): string | null {
  return ms === null ? null : rfc3339(ms);
}
