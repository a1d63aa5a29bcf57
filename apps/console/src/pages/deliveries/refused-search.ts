/** What an address asked for and no delivery can have. The router takes it out of the address before any page is drawn. */
import { deliveriesSearch } from './deliveries-search.ts';
import type { DeliveriesSearch } from './deliveries-search.ts';

/** Parts of an address that were left out, and the filter that was left. */
export interface RefusedSearch {
  /** `statusCode=50` */
  parts: readonly string[];
  filter: string;
}

let latest: RefusedSearch | null = null;
const listeners = new Set<() => void>();

/** Reads an address; what is left out is kept to be said. */
export function readDeliveriesSearch(raw: Record<string, unknown>): DeliveriesSearch {
  const search = deliveriesSearch.parse(raw);
  const left = Object.entries(raw).filter(
    ([name, value]) => value !== undefined && search[name as keyof DeliveriesSearch] === undefined,
  );
  if (left.length > 0) {
    tell({ parts: left.map(([name, value]) => `${name}=${String(value)}`), filter: filterText(search) });
  }
  return search;
}

/** null: nothing was left out, or it was read. */
export function refusedSearch(): RefusedSearch | null {
  return latest;
}

/** It was read. */
export function forgetRefused(): void {
  tell(null);
}

/** For `useSyncExternalStore`. */
export function watchRefused(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The same for the same filter. */
export function filterText(search: DeliveriesSearch): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined);
  return JSON.stringify(given.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function tell(next: RefusedSearch | null): void {
  latest = next;
  for (const listener of listeners) listener();
}
