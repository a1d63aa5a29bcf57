import type { ApiDelivery } from '@hooklane/client';
import { expect, test } from '@jest/globals';
import { addRows, belongs, updateRows } from './live-list.ts';
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

test('a new delivery goes on top, a late one where its time belongs, and none twice', () => {
  expect(ids(addRows(list(), [row('d', 4), row('e', 5), row('c', 3)]))).toEqual(['e', 'd', 'c', 'b', 'a']);
  expect(ids(addRows(list(), [row('late', 2), row('old', 0)]))).toEqual(['c', 'late', 'b', 'a', 'old']);
});

test('what is older than all that was fetched waits for its page, unless that was the last one', () => {
  expect(belongs(list(), row('old', 0))).toBe(true);
  const more: DeliveryPages = { ...list(), pages: list().pages.slice(0, 1) };
  expect(belongs(more, row('old', 0))).toBe(false);
  expect(belongs(more, row('late', 2))).toBe(true);
  expect(belongs(more, row('z', 9))).toBe(true);
});
