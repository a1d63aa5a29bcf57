import type { ApiDelivery } from '@hooklane/client';
import { beforeEach, expect, test } from '@jest/globals';
import { ListKeeper } from './list-keeper.ts';
import type { Waiting } from './list-keeper.ts';
import type { DeliveryPages } from './live-list.ts';

type Page = DeliveryPages['pages'][number];

const row = (at: number, status = 'delivered'): ApiDelivery =>
  ({ id: `d${at}`, status, createdAt: new Date(at).toISOString() }) as ApiDelivery;
/** From the newest to the oldest, both included. */
const rows = (newest: number, oldest: number): ApiDelivery[] =>
  Array.from({ length: newest - oldest + 1 }, (_, i) => row(newest - i));

/** What the server would answer now, and what is shown. */
let server: (cursor: string | undefined) => Page;
let shown: DeliveryPages | null;
let waiting: Waiting;
let isAtTop: boolean;
let now: number;
let asked: (string | undefined)[];
let keeper: ListKeeper;

beforeEach(() => {
  shown = {
    pages: [
      { items: rows(1100, 1001), next: 'p2' },
      { items: rows(1000, 901), next: 'p3' },
    ],
    pageParams: [undefined, 'p2'],
  };
  [waiting, isAtTop, now, asked] = [{ count: 0, isMore: false }, true, 0, []];
  server = () => ({ items: rows(1100, 1001), next: 'p2' });
  keeper = new ListKeeper({
    read: () => shown,
    write: (pages) => (shown = pages),
    fetchPage: (cursor) => {
      asked.push(cursor);
      return Promise.resolve(server(cursor));
    },
    matches: () => true,
    isAtTop: () => isAtTop,
    now: () => now,
    onWaiting: (next) => (waiting = next),
  });
});

const ids = (): string[] => shown?.pages.flatMap(({ items }) => items.map(({ id }) => id)) ?? [];
/** Lets what was fetched be taken. */
async function tick(): Promise<void> {
  keeper.tick();
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

test('at the top what is told is shown at once', async () => {
  keeper.tell(row(1101));
  await tick();
  expect(ids()[0]).toBe('d1101');
  expect(waiting.count).toBe(0);
  expect(keeper.isFresh('d1101')).toBe(true);
  expect(keeper.isFresh('d1100')).toBe(false);
});

test('while paused the list stands still and what is new is counted; pressing brings it', async () => {
  keeper.setPaused(true);
  keeper.tell(row(1101));
  keeper.tell(row(1100, 'dead'));
  await tick();
  keeper.tell(row(1102));
  await tick();
  expect(waiting).toEqual({ count: 2, isMore: false });
  expect(ids()[0]).toBe('d1100');
  expect(shown?.pages[0]?.items[0]?.status).toBe('delivered');
  keeper.show();
  expect(ids().slice(0, 3)).toEqual(['d1102', 'd1101', 'd1100']);
  expect(shown?.pages[0]?.items[2]?.status).toBe('dead');
  expect(waiting.count).toBe(0);
});

test('under one who has scrolled rows change in place and none is added; back at the top they come', async () => {
  isAtTop = false;
  keeper.tell(row(1101));
  keeper.tell(row(950, 'dead'));
  await tick();
  expect(waiting.count).toBe(1);
  expect(ids()[0]).toBe('d1100');
  expect(shown?.pages[1]?.items.find(({ id }) => id === 'd950')?.status).toBe('dead');
  isAtTop = true;
  await tick();
  expect(ids()[0]).toBe('d1101');
  expect(waiting.count).toBe(0);
});

test('what was missed is made up for by the first page alone, as often as it is told at most every two seconds', async () => {
  server = () => ({ items: rows(1500, 1401), next: 'x' });
  for (let i = 0; i < 20; i += 1) {
    keeper.look();
    await tick();
    now += 150;
  }
  expect(asked).toEqual([undefined, undefined]);
  expect(ids()).toHaveLength(100);
  expect(ids()[0]).toBe('d1500');
  // What follows is fetched when one scrolls: nothing between is left out.
  expect(shown?.pages.at(-1)?.next).toBe('x');
});

test('what is told while one looks is newer than what the look finds', async () => {
  server = () => {
    keeper.tell(row(1100, 'dead'));
    keeper.tell(row(1101));
    return { items: rows(1100, 1001), next: 'p2' };
  };
  keeper.look();
  await tick();
  expect(ids()[0]).toBe('d1101');
  expect(shown?.pages[0]?.items[1]?.status).toBe('dead');
});

test('who has scrolled is told how much he missed, and what he sees is looked at again', async () => {
  isAtTop = false;
  shown?.pages[1]?.items.splice(0, 1, row(1000, 'retrying'));
  server = (cursor) =>
    cursor === undefined ? { items: rows(1500, 1401), next: 'x' } : { items: rows(1000, 901), next: 'p3' };
  keeper.look();
  await tick();
  await tick();
  expect(asked).toEqual([undefined, 'p2']);
  expect(waiting).toEqual({ count: 100, isMore: true });
  expect(shown?.pages[1]?.items[0]?.status).toBe('delivered');
  expect(ids()[0]).toBe('d1100');
  isAtTop = true;
  keeper.show();
  await tick();
  expect(ids()).toEqual(rows(1500, 1401).map(({ id }) => id));
  expect(waiting).toEqual({ count: 0, isMore: false });
});

test('a short list that was missed in part is whole again, without what no longer belongs to it', async () => {
  shown = { pages: [{ items: [row(3), row(2), row(1)], next: null }], pageParams: [undefined] };
  server = () => ({ items: [row(4), row(2)], next: null });
  keeper.look();
  await tick();
  expect(ids()).toEqual(['d4', 'd2']);
});

test('a search that has not come far takes nothing away', async () => {
  server = () => ({ items: [row(1101)], next: 'x' });
  keeper.look();
  await tick();
  expect(ids()).toHaveLength(201);
  expect(ids()[0]).toBe('d1101');
});

test('a list that has grown long is cut to its first page, and never goes away meanwhile', async () => {
  for (let at = 1101; at <= 2200; at += 1) keeper.tell(row(at));
  server = () => ({ items: rows(2200, 2101), next: 'y' });
  keeper.tick();
  expect(ids().length).toBeGreaterThan(1000);
  await tick();
  expect(ids()).toEqual(rows(2200, 2101).map(({ id }) => id));
});

test('more than can be kept for one who paused is told as more, and is there when he looks', async () => {
  keeper.setPaused(true);
  for (let at = 1101; at <= 1101 + 6000; at += 1) keeper.tell(row(at));
  await tick();
  expect(waiting).toEqual({ count: 5000, isMore: true });
  server = () => ({ items: rows(7101, 7002), next: 'z' });
  keeper.show();
  await tick();
  expect(ids()[0]).toBe('d7101');
});

test('while more is fetched nothing is written, and nothing that was told is lost', async () => {
  const before = shown;
  shown = null;
  keeper.tell(row(1101));
  keeper.look();
  await tick();
  expect(asked).toEqual([]);
  shown = before;
  server = () => ({ items: rows(1101, 1002), next: 'x' });
  await tick();
  expect(ids()[0]).toBe('d1101');
});

test('a look that fails is done again, not before its time', async () => {
  server = () => {
    throw new Error('away');
  };
  keeper.look();
  await tick();
  server = () => ({ items: rows(1200, 1101), next: 'x' });
  await tick();
  expect(ids()[0]).toBe('d1100');
  now += 2000;
  await tick();
  expect(ids()[0]).toBe('d1200');
});
