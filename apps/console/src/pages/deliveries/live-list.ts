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

/** Whether a delivery belongs to what is fetched, and not to a page that is still to come. */
export function belongs(pages: DeliveryPages, delivery: ApiDelivery): boolean {
  const last = pages.pages.at(-1);
  if (last === undefined || last.next === null) return true;
  const oldest = pages.pages.findLast(({ items }) => items.length > 0)?.items.at(-1);
  return oldest === undefined || delivery.createdAt >= oldest.createdAt;
}

/** Puts deliveries where their time of creation belongs, the newest first, and none twice. */
export function addRows(pages: DeliveryPages, added: readonly ApiDelivery[]): DeliveryPages {
  const known = new Set(pages.pages.flatMap(({ items }) => items.map(({ id }) => id)));
  const fresh = added.filter(({ id }) => !known.has(id));
  const lastPage = pages.pages.length - 1;
  // `~` sorts after every time: an empty page takes nothing unless it is the last.
  const pageOf = ({ createdAt }: ApiDelivery): number =>
    pages.pages.findIndex(
      ({ items }, index) => index === lastPage || createdAt >= (items.at(-1)?.createdAt ?? '~'),
    );
  return {
    ...pages,
    pages: pages.pages.map((page, index) => {
      const here = fresh.filter((row) => pageOf(row) === index);
      return here.length === 0 ? page : { ...page, items: [...here, ...page.items].toSorted(newestFirst) };
    }),
  };
}

function newestFirst(a: ApiDelivery, b: ApiDelivery): number {
  if (a.createdAt === b.createdAt) return 0;
  return a.createdAt < b.createdAt ? 1 : -1;
}
