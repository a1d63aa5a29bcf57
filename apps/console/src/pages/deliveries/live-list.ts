/** The list as it changes while one looks at it: plain rules, without a browser. */
import type { ApiDelivery } from '@hooklane/client';
import type { InfiniteData } from '@tanstack/react-query';

/** The pages as they are cached. */
export type DeliveryPages = InfiniteData<{ items: ApiDelivery[]; next: string | null }>;

/** The first page may grow to this; then the list is fetched anew. */
export const MAX_FIRST_PAGE = 1000;

/** Rows that are shown get their new state; which of the deliveries are not among them. */
export function updateRows(
  pages: DeliveryPages,
  deliveries: ReadonlyMap<string, ApiDelivery>,
): { pages: DeliveryPages; unknown: ApiDelivery[] } {
  const unknown = new Map(deliveries);
  const changed = pages.pages.map((page) => {
    if (!page.items.some(({ id }) => deliveries.has(id))) return page;
    const items = page.items.map((row) => {
      unknown.delete(row.id);
      return deliveries.get(row.id) ?? row;
    });
    return { ...page, items };
  });
  return { pages: { ...pages, pages: changed }, unknown: [...unknown.values()] };
}

/** Whether a delivery is newer than the list, so that it belongs to its top and not to a page that is not fetched yet. */
export function isNewer(pages: DeliveryPages, delivery: ApiDelivery): boolean {
  const newest = pages.pages[0]?.items[0];
  return newest === undefined || delivery.createdAt >= newest.createdAt;
}

/** Puts deliveries on top, the newest first. */
export function addOnTop(pages: DeliveryPages, added: readonly ApiDelivery[]): DeliveryPages {
  const [first, ...rest] = pages.pages;
  if (first === undefined) return pages;
  const known = new Set(first.items.map(({ id }) => id));
  const fresh = added
    .filter(({ id }) => !known.has(id))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
  return { ...pages, pages: [{ ...first, items: [...fresh, ...first.items] }, ...rest] };
}
