/** Events, deliveries and dead letters over all shards. */
import { type Delivery, parseDeliveryId } from '@hooklane/core';
import type { Store } from '../create-store.ts';
import type { DeadGroup } from '../dead-groups.ts';
import type { Deliveries, EventRecord } from '../deliveries.ts';
import { type DeliveryFilter, type DeliveryPage, badCursor } from '../search.ts';
import { mergePages, placeOn, readCommonCursor, writeCommonCursor } from './merge-pages.ts';
import { type ShardMap, isOneOf } from './shard-map.ts';

/** The calls of {@link Deliveries}. */
export type DeliveryCalls = Omit<
  Pick<Deliveries, keyof Deliveries>,
  'getEvent' | 'rankDeliveries' | 'rankDeadLetters'
> & {
  /** `accounts`: of whom it is. Events of accounts on different shards can have the same id. */
  getEvent(id: string, accounts?: readonly string[]): Promise<EventRecord | null>;
};

type Page = { cursor: string | null; limit: number };
type List = { kind: string; rank: 'rankDeliveries' | 'rankDeadLetters' };

const EVENTS: List = { kind: 'se', rank: 'rankDeliveries' };
const LETTERS: List = { kind: 'sd', rank: 'rankDeadLetters' };

/** The calls over all shards. */
export function shardedDeliveries(map: ShardMap): DeliveryCalls {
  const find = (list: List) => (filter: DeliveryFilter, page: Page) => findMerged(map, list, filter, page);
  return {
    getEvent: (id, accounts) => getEvent(map, id, accounts),
    getDelivery: (id) => onItsShard(map, id, (store) => store.deliveries.getDelivery(id)),
    getAttempts: (ids) => getAttempts(map, ids),
    findDeliveries: find(EVENTS),
    findDeadLetters: find(LETTERS),
    findDeadGroups: (filter, limit) => findDeadGroups(map, filter, limit),
    findMany: (ids) => findMany(map, ids),
    async redeliver(id) {
      const store = await map.ofDelivery(id);
      // Without its webhook nobody gets it, but the answer says what there is.
      if (store !== null) return store.deliveries.redeliver(id);
      const answers = await map.all((one) => one.deliveries.redeliver(id));
      return answers.find(({ kind }) => kind !== 'missing') ?? { kind: 'missing' };
    },
    async redeliverMany(ids, first) {
      const groups = await groupDeliveries(map, ids);
      const parts = await mapGroups(groups, (shard, some) =>
        map.at(shard).deliveries.redeliverMany(some, first),
      );
      const results = new Map<string, (typeof parts)[number]['answer']['results'][number]>();
      for (const { ids: some, answer } of parts) {
        some.forEach((id, i) => {
          const result = answer.results[i] ?? 'missing';
          if (result !== 'missing' || !results.has(id)) results.set(id, result);
        });
      }
      return {
        results: ids.map((id) => results.get(id) ?? 'missing'),
        wakes: parts.flatMap(({ answer }) => answer.wakes),
      };
    },
    async discard(ids) {
      const groups = await groupDeliveries(map, ids);
      const parts = await mapGroups(groups, (shard, some) => map.at(shard).deliveries.discard(some));
      return parts.reduce((sum, { answer }) => sum + answer, 0);
    },
    sendTest: (webhook, event) => map.of(webhook.account).deliveries.sendTest(webhook, event),
    async countDeadLetters(filter, limit) {
      const shards = await map.wanted(filter);
      const counts = await Promise.all(
        shards.map((shard) => map.at(shard).deliveries.countDeadLetters(filter, limit)),
      );
      return Math.min(
        limit,
        counts.reduce((sum, count) => sum + count, 0),
      );
    },
  };
}

/** The shard of its webhook alone; all of them when the webhook is gone. */
async function onItsShard<T>(
  map: ShardMap,
  deliveryId: string,
  ask: (store: Store) => Promise<T | null>,
): Promise<T | null> {
  const store = await map.ofDelivery(deliveryId);
  return store === null ? map.find(ask) : ask(store);
}

async function getEvent(
  map: ShardMap,
  id: string,
  accounts?: readonly string[],
): Promise<EventRecord | null> {
  const shards = accounts === undefined ? [...map.stores.keys()] : map.ofAccounts(accounts);
  const found = await Promise.all(shards.map((shard) => map.at(shard).deliveries.getEvent(id)));
  const records = found.filter((record) => record !== null);
  const mine = records.filter(({ event }) => accounts === undefined || isOneOf(accounts, event.account));
  // Of several, the one that was there first.
  const [first] = (mine.length > 0 ? mine : records).toSorted(
    (a, b) => a.event.acceptedAt - b.event.acceptedAt,
  );
  for (const { webhookId, account } of first?.deliveries ?? []) map.remember(webhookId, account);
  return first ?? null;
}

/** One shard tells its own list, with its own cursors; so does an account's. */
async function findMerged(
  map: ShardMap,
  { kind, rank }: List,
  filter: DeliveryFilter,
  { cursor, limit }: Page,
): Promise<DeliveryPage> {
  const at = cursor === null ? null : readCommonCursor(kind, cursor, map.stores.length);
  if (cursor !== null && at === null) throw badCursor();
  const shards = await map.wanted(filter);
  const pages = await Promise.all(
    shards.map(async (shard) => ({
      shard,
      page: await map.at(shard).deliveries[rank](filter, { from: placeOn(shard, at), limit }),
    })),
  );
  const { items, next } = mergePages(pages, limit);
  for (const { webhookId, account } of items) map.remember(webhookId, account);
  return { items, next: writeCommonCursor(kind, next) };
}

async function findDeadGroups(
  map: ShardMap,
  filter: DeliveryFilter,
  limit: number,
): Promise<{ items: DeadGroup[]; truncated: boolean }> {
  const shards = await map.wanted(filter);
  const found = await Promise.all(
    shards.map((shard) => map.at(shard).deliveries.findDeadGroups(filter, limit)),
  );
  const all = found.flatMap(({ items }) => items).toSorted((a, b) => b.count - a.count);
  return {
    items: all.slice(0, limit),
    truncated: all.length > limit || found.some(({ truncated }) => truncated),
  };
}

async function findMany(map: ShardMap, ids: readonly string[]): Promise<Delivery[]> {
  const groups = await groupDeliveries(map, ids);
  const parts = await mapGroups(groups, (shard, some) => map.at(shard).deliveries.findMany(some));
  const byId = new Map(parts.flatMap(({ answer }) => answer).map((delivery) => [delivery.id, delivery]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

async function getAttempts(map: ShardMap, ids: readonly string[]): ReturnType<Deliveries['getAttempts']> {
  const groups = await groupDeliveries(map, ids);
  const parts = await mapGroups(groups, (shard, some) => map.at(shard).deliveries.getAttempts(some));
  const byId = new Map<string, Awaited<ReturnType<Deliveries['getAttempts']>>[number]>();
  for (const { ids: some, answer } of parts) {
    some.forEach((id, i) => {
      const attempts = answer[i] ?? [];
      if (attempts.length > 0 || !byId.has(id)) byId.set(id, attempts);
    });
  }
  return ids.map((id) => byId.get(id) ?? []);
}

function groupDeliveries(map: ShardMap, ids: readonly string[]): Promise<Map<number, string[]>> {
  return map.groupByShard(ids, (id) => parseDeliveryId(id)?.webhookId ?? null);
}

function mapGroups<T>(
  groups: ReadonlyMap<number, string[]>,
  ask: (shard: number, ids: string[]) => Promise<T>,
): Promise<{ ids: string[]; answer: T }[]> {
  return Promise.all([...groups].map(async ([shard, ids]) => ({ ids, answer: await ask(shard, ids) })));
}
