import type { ApiDelivery } from '@hooklane/client';
import { expect, test } from '@jest/globals';
import { addOnTop, isNewer, updateRows } from './live-list.ts';
import type { DeliveryPages } from './live-list.ts';

const row = (id: string, at: number, status = 'pending'): ApiDelivery =>
  ({ id, status, createdAt: new Date(at).toISOString() }) as ApiDelivery;
const list = (): DeliveryPages => ({
  pages: [
    { items: [row('c', 3), row('b', 2)], next: 'x' },
    { items: [row('a', 1)], next: null },
  ],
  pageParams: [undefined, 'x'],
});
const ids = ({ pages }: DeliveryPages): string[] => pages.flatMap(({ items }) => items.map(({ id }) => id));

test('rows that are shown change in place, on whatever page; the others are told', () => {
  const news = new Map([row('a', 1, 'dead'), row('z', 9)].map((delivery) => [delivery.id, delivery]));
  const { pages, unknown } = updateRows(list(), news);
  expect(ids(pages)).toEqual(['c', 'b', 'a']);
  expect(pages.pages[1]?.items[0]?.status).toBe('dead');
  expect(unknown.map(({ id }) => id)).toEqual(['z']);
});

test('only what is newer than the list goes on top, the newest first, and nothing twice', () => {
  expect(isNewer(list(), row('z', 9))).toBe(true);
  expect(isNewer(list(), row('old', 0))).toBe(false);
  expect(ids(addOnTop(list(), [row('d', 4), row('e', 5), row('c', 3)]))).toEqual(['e', 'd', 'c', 'b', 'a']);
});
