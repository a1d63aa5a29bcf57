/** Name look-ups, at most one under way per name. */
import type { LookupAddress } from 'node:dns';

/** Resolves a name to all its addresses, at least one; rejects with the resolver's error. */
export type LookupAll = (hostname: string) => Promise<LookupAddress[]>;

/**
 * Connections to one name that start at the same time share one look-up. The system's resolver has few threads
 * (4 by default); without this, one name whose DNS hangs would take them all. Nothing is kept once it is answered.
 */
export function shareLookups(lookup: LookupAll): LookupAll {
  const underWay = new Map<string, Promise<LookupAddress[]>>();
  return (hostname) => {
    const shared = underWay.get(hostname);
    if (shared !== undefined) return shared;
    const started = lookup(hostname).finally(() => underWay.delete(hostname));
    underWay.set(hostname, started);
    return started;
  };
}
